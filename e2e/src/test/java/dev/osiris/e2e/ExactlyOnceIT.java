package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawClient;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.e2e.harness.wire.RawStream;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunSessionResponse.EventCase;
import dev.osiris.wire.v1.RunStep;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the stream promises: a command runs once, and an event is seen once, whatever the connection
 * does.
 */
@ExtendWith(LeakCheck.class)
class ExactlyOnceIT {

  private static final AtomicInteger SESSIONS = new AtomicInteger();

  @TempDir static Path folder;
  private static WorkerProcess worker;

  @BeforeAll
  static void startWorker() {
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
  }

  @AfterAll
  static void stopWorker() {
    worker.close();
  }

  private static RawSession open() {
    return RawSession.open(worker, "once-" + SESSIONS.incrementAndGet(), folder);
  }

  @Test
  void runStep_runsOnce_whenSentTwiceWhileItRuns() {
    try (RawSession session = open()) {
      RunStep.Builder step = Commands.endless("twice");
      session.stream().send(Commands.run(step));
      RunSessionRequest again = Commands.run(step);
      session.stream().send(again);
      started(session.stream(), "twice");
      session.stream().ask(Commands.ping());
      session.stream().send(Commands.cancel("twice", "1"));
      session.stream().await("the end", RawSession::isEnd);

      assertThat(kept(session.stream(), EventCase.STEP_ACCEPTED)).hasSize(1);
      assertThat(kept(session.stream(), EventCase.STEP_STARTED)).hasSize(1);
      assertThat(kept(session.stream(), EventCase.STEP_CANCELLED)).hasSize(1);
      assertThat(kept(session.stream(), EventCase.COMMAND_REJECTED)).isEmpty();
    }
  }

  @Test
  void runStep_answersTheStoredResult_whenSentAgainAfterItsEnd() {
    try (RawSession session = open()) {
      RunStep.Builder step = Commands.sql("done", "SELECT 42 AS answer");
      session.succeed(step);
      RunSessionResponse again = session.stream().ask(Commands.run(step));

      assertThat(again.getEventCase()).isEqualTo(EventCase.STEP_SUCCEEDED);
      assertThat(again.getSequence()).as("a repeated end is not kept a second time").isZero();
      assertThat(again.getStepSucceeded().getOutputs().getTables(0).getRows()).isEqualTo(1);
      assertThat(kept(session.stream(), EventCase.OUTPUT_PUBLISHED)).hasSize(1);
    }
  }

  @Test
  void runStep_isRefused_whenTheSameAttemptHasAnotherContent() {
    try (RawSession session = open()) {
      session.succeed(Commands.sql("fixed", "SELECT 1 AS n"));
      RunSessionResponse answer =
          session.stream().ask(Commands.run(Commands.sql("fixed", "SELECT 2 AS n")));

      assertThat(answer.getEventCase()).isEqualTo(EventCase.COMMAND_REJECTED);
      assertThat(answer.getCommandRejected().getFailure().getCode())
          .isEqualTo(FailureCode.FAILURE_CODE_COMMAND_ILLEGAL);
      assertThat(answer.getCommandRejected().getFailure().getMessage())
          .contains("fixed", "another content");
      assertThat(session.query("SELECT n FROM fixed")).containsExactly(List.of("1"));
    }
  }

  @Test
  void attach_missesNothingAndRepeatsNothing_whenTheConnectionWasCut() {
    try (RawSession session = open()) {
      session.succeed(Commands.sql("before", "SELECT 1 AS n"));
      List<RunSessionResponse> first = session.stream().received();
      long seen = first.getLast().getSequence();
      session.stream().send(Commands.run(Commands.endless("across")));
      // Not looked at before the cut: the worker goes on without anybody listening.
      session.client().close();

      try (RawClient client = RawClient.to(worker.address());
          RawStream second = client.call(session.token())) {
        RunSessionResponse attached = second.ask(Commands.attach(session.id(), seen));
        assertThat(second.received().getFirst())
            .as("the answer comes before what follows")
            .isEqualTo(attached);
        assertThat(attached.getSessionAttached().getEpoch()).isEqualTo(2);
        // Whether the first command arrived before the cut does not matter: it is the same command.
        second.send(Commands.run(Commands.endless("across")));
        started(second, "across");
        second.send(Commands.cancel("across", "1"));
        second.await("the end", RawSession::isEnd);
        second.send(Commands.cleanUp());
        assertThat(second.awaitEnd().getCode()).isEqualTo(Status.Code.OK);

        long last = second.received().getLast().getSequence();
        assertThat(
                Stream.concat(first.stream(), second.received().stream())
                    .map(RunSessionResponse::getSequence)
                    .filter(sequence -> sequence > 0))
            .containsExactlyElementsOf(LongStream.rangeClosed(1, last).boxed().toList());
      }
    }
  }

  @Test
  void attach_replaysTheWholeJournal_fromZero() {
    try (RawSession session = open()) {
      session.succeed(Commands.sql("told", "SELECT 1 AS n"));
      List<RunSessionResponse> live =
          session.stream().received().stream().filter(ExactlyOnceIT::isKept).toList();
      try (RawClient client = RawClient.to(worker.address());
          RawStream second = client.call(session.token())) {
        second.ask(Commands.attach(session.id(), 0));
        second.await(
            "the last event", event -> event.getSequence() == live.getLast().getSequence());
        List<RunSessionResponse> replayed =
            second.received().stream().filter(ExactlyOnceIT::isKept).limit(live.size()).toList();

        assertThat(replayed.stream().map(ExactlyOnceIT::withoutToken))
            .containsExactlyElementsOf(live.stream().map(ExactlyOnceIT::withoutToken).toList());
        assertThat(replayed.getFirst().getSessionOpened().getSessionToken()).isEmpty();
        second.send(Commands.cleanUp());
        second.awaitEnd();
      }
    }
  }

  @SuppressWarnings("try") // The close is what is tested.
  @Test
  void journal_holdsEveryKeptEvent_inOrder() {
    Path directory;
    List<RunSessionResponse> kept;
    try (RawSession session = open()) {
      session.succeed(Commands.sql("a", "SELECT 1 AS n"));
      session.fail(Commands.sql("b", "SELECT x FROM nowhere"));
      session.close();
      directory = session.directory();
      kept = session.stream().received().stream().filter(ExactlyOnceIT::isKept).toList();
    }
    var lines = Json.lines(directory.resolve("logs/events.jsonl"));
    assertThat(lines.getFirst().path("journal_version").asInt()).isEqualTo(1);
    assertThat(lines.stream().skip(1).map(line -> line.path("sequence").asLong()))
        .containsExactlyElementsOf(kept.stream().map(RunSessionResponse::getSequence).toList())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, kept.size()).boxed().toList());
    assertThat(kept.getLast().getEventCase()).isEqualTo(EventCase.SESSION_CLOSED);
  }

  @Test
  void olderAttachment_endsSuperseded_whenANewerTakesOver() {
    try (RawSession session = open();
        RawClient client = RawClient.to(worker.address());
        RawStream newer = client.call(session.token())) {
      newer.ask(Commands.attach(session.id(), 0));

      Status end = session.stream().awaitEnd();
      assertThat(end.getCode()).isEqualTo(Status.Code.ABORTED);
      assertThat(end.getDescription()).contains("SUPERSEDED");
      RunSessionRequest step = Commands.run(Commands.sql("led", "SELECT 1 AS n"));
      newer.send(step);
      newer.await("success", RunSessionResponse::hasStepSucceeded);
      newer.send(Commands.cleanUp());
      assertThat(newer.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
    }
  }

  @Test
  void secondSession_isRefusedAsBusy_whileOneIsOpen() {
    try (RawSession session = open();
        RawClient client = RawClient.to(worker.address());
        RawStream other = client.call(worker.token())) {
      other.send(Commands.open("another", folder));

      Status end = other.awaitEnd();
      assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(end.getDescription()).contains("BUSY", session.id());
      assertThat(worker.sessionDir("another")).doesNotExist();
      session.succeed(Commands.sql("goes-on", "SELECT 1 AS n"));
    }
  }

  @Test
  void detaching_doesNotCancel_whatRuns() {
    try (RawSession session = open()) {
      session.stream().send(Commands.run(Commands.endless("alone")));
      started(session.stream(), "alone");
      session.stream().complete();
      assertThat(session.stream().awaitEnd().getCode()).isEqualTo(Status.Code.OK);

      try (RawClient client = RawClient.to(worker.address());
          RawStream second = client.call(session.token())) {
        second.ask(Commands.attach(session.id(), 0));
        RunSessionResponse beat = second.ask(Commands.ping());
        assertThat(beat.getHeartbeat().getRunningSteps()).isEqualTo(1);
        second.send(Commands.cleanUp());
        second.await("the step's end", RunSessionResponse::hasStepCancelled);
        assertThat(second.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
      }
    }
  }

  @Test
  void cancel_isConfirmedQuickly_andLeavesNothing() {
    try (RawSession session = open()) {
      session.stream().send(Commands.run(Commands.endless("stopped")));
      started(session.stream(), "stopped");
      long begin = System.nanoTime();
      session.stream().send(Commands.cancel("stopped", "1"));
      RunSessionResponse end = session.stream().await("the end", RawSession::isEnd);

      assertThat(end.getEventCase()).isEqualTo(EventCase.STEP_CANCELLED);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
      assertThat(session.directory().resolve("data")).isEmptyDirectory();
      session.succeed(Commands.sql("stopped", "SELECT 1 AS n").setAttempt("2"));
      assertThat(session.directory().resolve("data/stopped.duckdb")).isRegularFile();
    }
  }

  @Test
  void cancel_answersWithTheEnd_whenTheStepHasEnded() {
    try (RawSession session = open()) {
      session.succeed(Commands.sql("over", "SELECT 1 AS n"));
      RunSessionResponse answer = session.stream().ask(Commands.cancel("over", "1"));
      assertThat(answer.getEventCase()).isEqualTo(EventCase.STEP_SUCCEEDED);
      RunSessionResponse unknown = session.stream().ask(Commands.cancel("never", "1"));
      assertThat(unknown.getEventCase()).isEqualTo(EventCase.COMMAND_REJECTED);
    }
  }

  @Test
  void cleanUp_cancelsWhatRuns_andClosesLast() throws Exception {
    try (RawSession session = open()) {
      session.stream().send(Commands.run(Commands.endless("running")));
      started(session.stream(), "running");
      session.stream().send(Commands.cleanUp());

      assertThat(session.stream().awaitEnd().getCode()).isEqualTo(Status.Code.OK);
      List<EventCase> ends =
          session.stream().received().stream()
              .filter(ExactlyOnceIT::isKept)
              .map(RunSessionResponse::getEventCase)
              .toList();
      assertThat(ends).endsWith(EventCase.STEP_CANCELLED, EventCase.SESSION_CLOSED);
      try (Stream<Path> data = Files.list(session.directory().resolve("data"))) {
        assertThat(data).isEmpty();
      }
    }
  }

  private static void started(RawStream stream, String step) {
    stream.await(
        "start of " + step,
        event -> event.hasStepStarted() && event.getStepStarted().getStepId().equals(step));
  }

  private static List<RunSessionResponse> kept(RawStream stream, EventCase kind) {
    return stream.received().stream().filter(event -> event.getEventCase() == kind).toList();
  }

  private static boolean isKept(RunSessionResponse event) {
    return event.getSequence() > 0;
  }

  private static RunSessionResponse withoutToken(RunSessionResponse event) {
    RunSessionResponse.Builder copy = event.toBuilder();
    if (copy.hasSessionOpened()) {
      copy.getSessionOpenedBuilder().clearSessionToken();
      // Only the host that opened the session caused this event.
      copy.clearCommandId();
    }
    return copy.build();
  }
}
