package dev.osiris.e2e.harness.wire;

import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.wire.v1.Cell;
import dev.osiris.wire.v1.OpenSession;
import dev.osiris.wire.v1.PreviewRequest;
import dev.osiris.wire.v1.PreviewResponse;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.SessionOpened;
import dev.osiris.wire.v1.StepFailed;
import dev.osiris.wire.v1.StepSucceeded;
import java.nio.file.Path;
import java.util.List;

/** An open session of a real worker, driven by messages. Ends with a clean up. */
public final class RawSession implements AutoCloseable {

  private final RawClient client;
  private final RawStream stream;
  private final SessionOpened opened;
  private final Path directory;

  private RawSession(RawClient client, RawStream stream, SessionOpened opened, Path directory) {
    this.client = client;
    this.stream = stream;
    this.opened = opened;
    this.directory = directory;
  }

  /** Opens a session; its project folder may be read and written. */
  public static RawSession open(WorkerProcess worker, String id, Path project) {
    return open(worker, Commands.openSession(id, project).build());
  }

  /** Opens a session as the message says. */
  public static RawSession open(WorkerProcess worker, OpenSession open) {
    RawClient client = RawClient.to(worker.address());
    RawStream stream = client.call(worker.token());
    RunSessionResponse answer = null;
    try {
      answer = stream.ask(Commands.empty().setOpenSession(open).build());
    } finally {
      if (answer == null) {
        client.close();
      }
    }
    return new RawSession(
        client, stream, answer.getSessionOpened(), worker.sessionDir(open.getSessionId()));
  }

  public RawClient client() {
    return client;
  }

  public RawStream stream() {
    return stream;
  }

  public SessionOpened opened() {
    return opened;
  }

  public String id() {
    return opened.getSessionId();
  }

  /** Required for everything but opening. */
  public String token() {
    return opened.getSessionToken();
  }

  public Path directory() {
    return directory;
  }

  /** Runs a step to its success. */
  public StepSucceeded succeed(RunStep.Builder step) {
    RunSessionResponse end = run(step);
    if (!end.hasStepSucceeded()) {
      throw new AssertionError("step " + step.getStepId() + " ended with " + end);
    }
    return end.getStepSucceeded();
  }

  /** Runs a step to its failure. */
  public StepFailed fail(RunStep.Builder step) {
    RunSessionResponse end = run(step);
    if (!end.hasStepFailed()) {
      throw new AssertionError("step " + step.getStepId() + " ended with " + end);
    }
    return end.getStepFailed();
  }

  /** Runs a step to whatever end; a rejected command counts as one. */
  public RunSessionResponse run(RunStep.Builder step) {
    var command = Commands.run(step);
    stream.send(command);
    return stream.await(
        "end of step " + step.getStepId(),
        event -> event.getCommandId().equals(command.getCommandId()) && isEnd(event));
  }

  /** Whether the event ends an attempt, or refuses it. */
  public static boolean isEnd(RunSessionResponse event) {
    return switch (event.getEventCase()) {
      case STEP_SUCCEEDED, STEP_FAILED, STEP_CANCELLED, COMMAND_REJECTED -> true;
      default -> false;
    };
  }

  /** Rows of a query over the session's published tables, as text; {@code null} for NULL. */
  public List<List<String>> query(String sql) {
    PreviewResponse response =
        client
            .data(token())
            .preview(
                PreviewRequest.newBuilder()
                    .setSessionId(id())
                    .setQuery(sql)
                    .setLimit(10_000)
                    .build());
    return response.getRowsList().stream()
        .map(row -> row.getCellsList().stream().map(RawSession::text).toList())
        .toList();
  }

  private static String text(Cell cell) {
    return cell.hasText() ? cell.getText() : "NULL";
  }

  /**
   * Cleans up; the client stays usable. A session whose own call has ended is attached to for it.
   */
  public void end() {
    if (!stream.ended()) {
      stream.send(Commands.cleanUp());
      stream.awaitEnd();
      return;
    }
    try (RawStream another = client.call(token())) {
      another.send(Commands.attach(id(), 0));
      another.send(Commands.cleanUp());
      another.awaitEnd();
    }
  }

  /** Cleans up where its own call is still there, and disconnects. */
  @Override
  public void close() {
    if (!stream.ended()) {
      end();
    }
    client.close();
  }
}
