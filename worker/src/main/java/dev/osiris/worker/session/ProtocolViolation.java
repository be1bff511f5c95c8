package dev.osiris.worker.session;

/**
 * The host broke a rule of the conversation; the stream ends. Not to be confused with a failure of
 * a step, which is an event.
 */
public final class ProtocolViolation extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What the host is told, in the terms of {@code docs/protocol.md}. */
  public enum Kind {
    FAILED_PRECONDITION,
    INVALID_ARGUMENT,
    NOT_FOUND,
    BUSY,
    UNAUTHENTICATED,
    UNAVAILABLE,
    EXHAUSTED,
    DATA_LOSS
  }

  private final Kind kind;

  private ProtocolViolation(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  static ProtocolViolation unexpected(String command, SessionState state) {
    return new ProtocolViolation(
        Kind.FAILED_PRECONDITION,
        command + " is not legal while the session is " + state.describe());
  }

  static ProtocolViolation busy(String openSession) {
    return new ProtocolViolation(
        Kind.BUSY,
        "BUSY: session '" + openSession + "' is open; a worker serves one session at a time");
  }

  static ProtocolViolation noSuchSession(String session) {
    return new ProtocolViolation(
        Kind.NOT_FOUND, "session '" + session + "' is not open in this worker");
  }

  static ProtocolViolation unknownSession(String session) {
    return new ProtocolViolation(
        Kind.NOT_FOUND, "there is no session '" + session + "' below the session root");
  }

  public static ProtocolViolation notFound(String message) {
    return new ProtocolViolation(Kind.NOT_FOUND, message);
  }

  public static ProtocolViolation exhausted(String message) {
    return new ProtocolViolation(Kind.EXHAUSTED, message);
  }

  public static ProtocolViolation damaged(String message) {
    return new ProtocolViolation(Kind.DATA_LOSS, message);
  }

  static ProtocolViolation noCommonVersion(Object theirs, Object ours) {
    return new ProtocolViolation(
        Kind.FAILED_PRECONDITION,
        "no common protocol version: host speaks " + theirs + ", worker speaks " + ours);
  }

  static ProtocolViolation unknownEvent(long asked, long newest) {
    return new ProtocolViolation(
        Kind.FAILED_PRECONDITION,
        "event " + asked + " is not of this session, whose newest is " + newest);
  }

  static ProtocolViolation draining() {
    return new ProtocolViolation(Kind.UNAVAILABLE, "the worker drains and takes no new session");
  }

  public static ProtocolViolation invalid(String message) {
    return new ProtocolViolation(Kind.INVALID_ARGUMENT, message);
  }

  public static ProtocolViolation unauthenticated(String message) {
    return new ProtocolViolation(Kind.UNAUTHENTICATED, message);
  }
}
