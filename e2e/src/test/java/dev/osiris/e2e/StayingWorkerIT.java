package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.osiris.e2e.harness.FileWait;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawClient;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.e2e.harness.wire.RawStream;
import dev.osiris.wire.v1.ResourceRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunSessionResponse.EventCase;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker with {@code --stay}: session after session, and nothing of one in the next. */
@ExtendWith(LeakCheck.class)
class StayingWorkerIT {

  @TempDir private static Path folder;
  private static WorkerProcess worker;

  @BeforeAll
  static void startWorker() {
    worker = WorkerProcess.below(folder.resolve("sessions")).memory("256m").with("--stay").start();
  }

  @AfterAll
  static void stopWorker() {
    worker.close();
  }

  @Test
  void sessions_followEachOther_withoutTracesOfTheLast() {
    String oldToken;
    try (RawSession first = RawSession.open(worker, "first", folder)) {
      first.succeed(Commands.sql("a", "SELECT range AS n FROM range(10)"));
      first.succeed(Commands.sql("b", "SELECT n FROM a", "a"));
      oldToken = first.token();
    }
    // Used instances go in the background.
    FileWait.until("cells of the first session are gone", () -> cellFolders().isEmpty());
    assertThat(worker.sessionDir("first").resolve(".tmp")).doesNotExist();
    assertThat(worker.sessionDir("first").resolve("data/b.duckdb")).isRegularFile();

    try (RawSession second = RawSession.open(worker, "second", folder)) {
      assertThat(attach(oldToken, "second").getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(attach(oldToken, "first").getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      RunSessionResponse end = second.run(Commands.sql("c", "SELECT n FROM a", "a"));
      assertThat(end.getCommandRejected().getFailure().getMessage())
          .contains("step 'a' has published nothing");
      second.succeed(Commands.sql("a", "SELECT 1 AS n"));
    }
  }

  @Test
  void lease_thatEnds_endsItsSession_andFreesTheWorker() {
    try (RawClient client = RawClient.to(worker.address());
        RawStream silent = client.call(worker.token())) {
      silent.ask(
          Commands.empty()
              .setOpenSession(
                  Commands.openSession("silent", folder).setLease(Durations.fromMillis(800)))
              .build());
      silent.send(Commands.run(Commands.endless("long")));
      assertThat(silent.awaitEnd().isOk()).isTrue();

      List<EventCase> events =
          silent.received().stream().map(RunSessionResponse::getEventCase).toList();
      assertThat(events).contains(EventCase.STEP_STARTED, EventCase.STEP_FAILED);
      assertThat(events.getLast()).isEqualTo(EventCase.SESSION_CLOSED);
      assertThat(silent.received().getLast().getSessionClosed().getReason())
          .isEqualTo("lease ended");
    }
    // All of the memory is there again: a step that asks for it does not wait for ever.
    try (RawSession next = RawSession.open(worker, "next", folder)) {
      next.succeed(
          Commands.sql("all", "SELECT 1 AS n")
              .setResources(
                  ResourceRequest.newBuilder()
                      .setMemoryBytes(next.opened().getBudget().getDuckdbBytes())));
    }
    assertThat(worker.alive()).isTrue();
  }

  private static Status attach(String token, String session) {
    try (RawClient client = RawClient.to(worker.address());
        RawStream stream = client.call(token)) {
      stream.send(Commands.attach(session, 0));
      return stream.awaitEnd();
    }
  }

  private static List<Path> cellFolders() {
    try (Stream<Path> spill = Files.list(worker.sessionRoot().resolve(".spill-" + worker.pid()))) {
      return spill.filter(path -> path.toString().endsWith(".files")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
