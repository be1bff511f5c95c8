package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawClient;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.e2e.harness.wire.RawStream;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.OpenSession;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunSessionResponse.EventCase;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a worker does when it, or its host, is taken away; seen from the wire. */
@ExtendWith(LeakCheck.class)
class WorkerFaultIT {

  @TempDir Path folder;

  private WorkerProcess start(String... more) {
    return WorkerProcess.below(folder.resolve("sessions")).with(more).start();
  }

  @Test
  void killedWorker_leavesAReadableJournalAndNoPartialFile_andTheSessionGoesOn() throws Exception {
    Path directory;
    try (WorkerProcess worker = start()) {
      RawSession session = RawSession.open(worker, "killed", folder);
      directory = session.directory();
      session.succeed(Commands.sql("whole", "SELECT 1 AS n"));
      // Published by rename, so what is half-made has another name.
      session.stream()
          .send(Commands.run(Commands.sql("half", "SELECT range AS n FROM range(400000000)")));
      started(session.stream(), "half");
      worker.kill();
      assertThat(session.stream().awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      session.client().close();
    }
    assertThat(Json.lines(directory.resolve("logs/events.jsonl"))).hasSizeGreaterThan(3);
    assertThat(directory.resolve("data/half.duckdb")).doesNotExist();
    assertThat(directory.resolve("data/whole.duckdb")).isRegularFile();
    // A crash may cut the last line short; nobody has heard of it.
    Files.writeString(
        directory.resolve("logs/events.jsonl"), "{\"sequence\":\"99", StandardOpenOption.APPEND);

    try (WorkerProcess worker = start();
        RawSession session = RawSession.open(worker, "killed", folder)) {
      try (var data = Files.list(directory.resolve("data"))) {
        assertThat(data).containsExactly(directory.resolve("data/whole.duckdb"));
      }
      RunSessionResponse again = session.run(Commands.sql("whole", "SELECT 1 AS n"));
      assertThat(again.getEventCase())
          .as("it ran in the old worker")
          .isEqualTo(EventCase.STEP_SUCCEEDED);
      assertThat(again.getSequence()).isZero();
      session.succeed(
          Commands.sql("half", "SELECT n + 1 AS n FROM whole", "whole").setAttempt("2"));
      assertThat(session.query("SELECT n FROM half")).containsExactly(List.of("2"));
    }
    List<Long> sequences =
        Json.lines(directory.resolve("logs/events.jsonl")).stream()
            .skip(1)
            .map(line -> line.path("sequence").asLong())
            .toList();
    assertThat(sequences).isSorted().doesNotHaveDuplicates().doesNotContain(99L);
  }

  @Test
  void attemptThatDiedWithItsWorker_isNotTakenForRunning() {
    try (WorkerProcess worker = start()) {
      RawSession session = RawSession.open(worker, "lost", folder);
      session.stream().send(Commands.run(Commands.endless("dead")));
      started(session.stream(), "dead");
      worker.kill();
      session.stream().awaitEnd();
      session.client().close();
    }
    try (WorkerProcess worker = start();
        RawSession session = RawSession.open(worker, "lost", folder)) {
      // Exactly once: the attempt may not run again under its name, and the host must not wait for
      // it for ever.
      RunSessionResponse answer = session.run(Commands.endless("dead"));
      assertThat(answer.getEventCase()).isEqualTo(EventCase.STEP_FAILED);
      assertThat(answer.getStepFailed().getFailure().getCode())
          .isEqualTo(FailureCode.FAILURE_CODE_WORKER_LOST);
      session.succeed(Commands.sql("dead", "SELECT 1 AS n").setAttempt("2"));
    }
  }

  @Test
  void terminatedWorker_drains_andTellsEveryEnd() {
    try (WorkerProcess worker = start()) {
      RawSession session = RawSession.open(worker, "drained", folder);
      session.stream()
          .send(
              Commands.run(
                  Commands.sql("short", "SELECT sum(range % 7) AS n FROM range(20000000)")));
      started(session.stream(), "short");
      worker.terminate();

      RunSessionResponse end = session.stream().await("the step's end", RawSession::isEnd);
      assertThat(end.getEventCase())
          .as("a short step may finish")
          .isEqualTo(EventCase.STEP_SUCCEEDED);
      assertThat(
              session.stream()
                  .await("closed", RunSessionResponse::hasSessionClosed)
                  .getSessionClosed()
                  .getReason())
          .isEqualTo("drained");
      assertThat(session.stream().awaitEnd().getCode()).isEqualTo(Status.Code.OK);
      assertThat(worker.awaitExit(Duration.ofSeconds(10))).isIn(0, 143);
      assertThat(session.directory().resolve("data/short.duckdb")).isRegularFile();
      session.client().close();
    }
  }

  @Test
  void workerWhoseInputEnds_stopsWithinAboutASecond_evenAmidAStep() {
    try (WorkerProcess worker = start()) {
      RawSession session = RawSession.open(worker, "orphan", folder);
      session.stream().send(Commands.run(Commands.endless("busy")));
      started(session.stream(), "busy");
      long begin = System.nanoTime();
      worker.endInput();
      worker.awaitExit(Duration.ofSeconds(10));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(2500));
      session.client().close();
      assertThat(session.directory().resolve("data")).isEmptyDirectory();
    }
  }

  @Test
  void workerWhoseHostIsSilent_stopsWhenItsLeaseEnds() {
    try (WorkerProcess worker = start();
        RawClient client = RawClient.to(worker.address());
        RawStream stream = client.call(worker.token())) {
      OpenSession open =
          Commands.openSession("silent", folder).setLease(Durations.fromSeconds(2)).build();
      RunSessionResponse opened = stream.ask(Commands.empty().setOpenSession(open).build());
      assertThat(opened.getSessionOpened().getLease().getSeconds()).isEqualTo(2);
      stream.send(Commands.run(Commands.endless("busy")));

      stream.await("the step's end", RunSessionResponse::hasStepFailed);
      assertThat(
              stream
                  .await("closed", RunSessionResponse::hasSessionClosed)
                  .getSessionClosed()
                  .getReason())
          .contains("lease");
      assertThat(worker.awaitExit(Duration.ofSeconds(20))).isZero();
      assertThat(worker.sessionDir("silent").resolve("data")).isEmptyDirectory();
    }
  }

  private static void started(RawStream stream, String step) {
    stream.await(
        "start of " + step,
        event -> event.hasStepStarted() && event.getStepStarted().getStepId().equals(step));
  }
}
