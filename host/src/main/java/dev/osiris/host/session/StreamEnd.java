package dev.osiris.host.session;

import io.grpc.Status;
import java.util.Optional;

/** What the end of a stream means. Every status but OK says that the conversation broke. */
record StreamEnd(Status status) {

  /** Begins the text of the status, as the protocol has it. */
  private static final String BUSY = "BUSY:";

  /**
   * The reason to stop; empty when taking the session up again may succeed.
   *
   * @param opened whether the session was open before
   */
  Optional<SessionLost> fatal(boolean opened) {
    Optional<SessionLost> notOpened = opened ? Optional.empty() : notOpened();
    return notOpened.isPresent() ? notOpened : fatal();
  }

  private Optional<SessionLost> notOpened() {
    return switch (status.getCode()) {
      case UNAUTHENTICATED ->
          Optional.of(
              SessionLost.notOpened(
                  "the worker does not accept the token",
                  "Give the token that the worker was started with: --token-file FILE."));
      case FAILED_PRECONDITION ->
          Optional.of(
              SessionLost.notOpened(
                  "the worker refused: " + text(), "Use host and worker of one release."));
      case RESOURCE_EXHAUSTED ->
          text().startsWith(BUSY)
              ? Optional.of(
                  SessionLost.notOpened(
                      "the worker is busy: " + text().substring(BUSY.length()).strip(),
                      "Wait until that session has ended, or use another worker."))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private Optional<SessionLost> fatal() {
    return switch (status.getCode()) {
      // The token was good when the session was opened: a worker that was started again has others.
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          Optional.of(
              SessionLost.closed("it was started again, and does not know the session any more"));
      case INVALID_ARGUMENT, FAILED_PRECONDITION, UNIMPLEMENTED, RESOURCE_EXHAUSTED ->
          Optional.of(SessionLost.refused(text()));
      case NOT_FOUND -> Optional.of(SessionLost.closed("it has no such session any more"));
      case ABORTED -> Optional.of(SessionLost.superseded());
      case OK,
          CANCELLED,
          UNKNOWN,
          DEADLINE_EXCEEDED,
          ALREADY_EXISTS,
          OUT_OF_RANGE,
          INTERNAL,
          UNAVAILABLE,
          DATA_LOSS ->
          Optional.empty();
    };
  }

  /** Whether it is what a host that has asked for the end expects. */
  boolean isExpectedAfterCleanUp() {
    return status.isOk() || status.getCode() == Status.Code.NOT_FOUND;
  }

  String text() {
    String text = status.getDescription();
    return text == null ? "the stream ended with " + status.getCode() : text;
  }
}
