package dev.osiris.host.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.ProtocolVersions;
import dev.osiris.session.SessionId;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.Secret;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SessionClientTest {
  private static final SessionSettings QUICK =
      new SessionSettings(
          Duration.ofMillis(50),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofMillis(10),
          Duration.ofSeconds(5),
          System::nanoTime);

  private final RecordingSessionListener listener = new RecordingSessionListener();
  private FakeWorker worker;
  private FakeSandbox sandbox;

  @BeforeEach
  void startWorker() throws Exception {
    worker = new FakeWorker();
    sandbox = new FakeSandbox(worker);
  }

  @AfterEach
  void stopWorker() throws Exception {
    worker.close();
  }

  @Test
  void open_tellsWhatTheWorkerIs() throws Exception {
    try (SessionClient session = open(QUICK)) {
      assertThat(session.opened().workerVersion()).isEqualTo("fake");
      assertThat(session.opened().components()).extracting("name").containsExactly("fake.step");
    }
    assertThat(worker.commands(Command.CleanUp.class)).hasSize(1);
  }

  @Test
  void open_isRefused_whenTheTokenIsWrong() {
    sandbox = new FakeSandbox(worker, Secret.of("another"));
    assertThatThrownBy(() -> open(QUICK))
        .isInstanceOfSatisfying(
            SessionLost.class,
            lost -> assertThat(lost.reason()).isEqualTo(SessionLost.Reason.REFUSED))
        .hasMessageContaining("token");
  }

  @Test
  void open_isLost_whenTheWorkerEndsFirst() {
    sandbox.end(1, false);
    assertThatThrownBy(() -> open(QUICK))
        .isInstanceOfSatisfying(
            SessionLost.class,
            lost -> assertThat(lost.failure().code()).isEqualTo(FailureCode.WORKER_LOST));
  }

  @Test
  void runStep_completesWithItsOwnEnd_whenEndsComeInAnotherOrder() throws Exception {
    BlockingQueue<StepSpec> sent = new LinkedBlockingQueue<>();
    worker.onStep(sent::add);
    try (SessionClient session = open(QUICK)) {
      CompletableFuture<StepResult> first = session.runStep(step("first"));
      CompletableFuture<StepResult> second = session.runStep(step("second"));
      StepSpec one = sent.take();
      StepSpec two = sent.take();
      worker.succeed(two, 2);
      assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo(FakeWorker.success(two, 2));
      assertThat(first).isNotDone();
      worker.succeed(one, 1);
      assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo(FakeWorker.success(one, 1));
    }
  }

  @Test
  void runStep_completesAfterTheListenerHasHeardItsEnd() throws Exception {
    try (SessionClient session = open(QUICK)) {
      boolean heard =
          session
              .runStep(step("a"))
              .thenApply(result ->
                  listener.entries().stream()
                      .anyMatch(entry -> entry.event() instanceof Event.StepEnded))
              .get(5, TimeUnit.SECONDS);
      assertThat(heard).isTrue();
    }
  }

  @Test
  void commitThatBegins_isAcknowledgedAtOnce_afterTheListenerHasHeardIt() throws Exception {
    CompletableFuture<Long> acknowledged = new CompletableFuture<>();
    worker.onAcknowledge(acknowledged::complete);
    worker.onStep(step -> {
      worker.accept(step);
      worker.keep(new Event.CommitBegun(step.id(), step.attempt(), new PendingCommit("t", 1, "x")));
    });
    // Pings, which acknowledge too, are five seconds apart.
    try (SessionClient session = open(SessionSettings.standard(System::nanoTime))) {
      CompletableFuture<StepResult> result = session.runStep(step("a"));
      long sequence = acknowledged.get(4, TimeUnit.SECONDS);
      assertThat(worker.journal().get((int) sequence - 1).event())
          .isInstanceOf(Event.CommitBegun.class);
      assertThat(listener.entries()).anyMatch(entry -> entry.event() instanceof Event.CommitBegun);
      assertThat(result).isNotDone();
    }
  }

  @Test
  void runStep_failsAsRejected_whenTheWorkerDoesNotTakeIt() throws Exception {
    worker.onStep(
        step -> worker.reject("c1", Failure.of(FailureCode.CONFIG_INVALID, "no key 'x' is known")));
    try (SessionClient session = open(QUICK)) {
      StepResult result = session.runStep(step("a")).get(5, TimeUnit.SECONDS);
      assertThat(result)
          .isInstanceOfSatisfying(
              StepResult.Failed.class,
              failed -> assertThat(failed.failure().message()).isEqualTo("no key 'x' is known"));
    }
  }

  @Test
  void stream_isTakenUpAgain_withoutLossOrRepeat() throws Exception {
    worker.resendOnAttach(3);
    BlockingQueue<StepSpec> sent = new LinkedBlockingQueue<>();
    worker.onStep(sent::add);
    try (SessionClient session = open(QUICK)) {
      CompletableFuture<StepResult> future = session.runStep(step("a"));
      StepSpec step = sent.take();
      worker.accept(step);
      for (int round = 0; round < 5; round++) {
        worker.progress(step.id(), round);
        worker.breakStream(Status.UNAVAILABLE);
        worker.progress(step.id(), round + 100);
      }
      worker.end(FakeWorker.success(step, 7));
      assertThat(future.get(10, TimeUnit.SECONDS)).isEqualTo(FakeWorker.success(step, 7));
    }
    assertThat(listener.sequences())
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, worker.journal().size()).boxed().toList());
    assertThat(listener.changes()).contains("broken", "attached");
    assertThat(worker.commands(Command.RunStep.class)).hasSize(1);
  }

  @Test
  void stream_isTakenUpAgain_whenAnEventIsMissing() throws Exception {
    BlockingQueue<StepSpec> sent = new LinkedBlockingQueue<>();
    worker.onStep(sent::add);
    try (SessionClient session = open(QUICK)) {
      CompletableFuture<StepResult> future = session.runStep(step("a"));
      StepSpec step = sent.take();
      worker.accept(step);
      worker.keepUnsent(new Event.StepProgressed(step.id(), "1", 10));
      worker.end(FakeWorker.success(step, 1));
      assertThat(future.get(5, TimeUnit.SECONDS)).isInstanceOf(StepResult.Succeeded.class);
    }
    assertThat(listener.sequences())
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, worker.journal().size()).boxed().toList());
    assertThat(worker.commands(Command.AttachSession.class)).hasSize(1);
  }

  @Test
  void runStep_isSentAgain_whenTheStreamBrokeBeforeItWasAccepted() throws Exception {
    BlockingQueue<StepSpec> sent = new LinkedBlockingQueue<>();
    worker.onStep(sent::add);
    try (SessionClient session = open(QUICK)) {
      CompletableFuture<StepResult> future = session.runStep(step("a"));
      assertThat(sent.take().id()).isEqualTo(new StepId("a"));
      worker.breakStream(Status.UNAVAILABLE);
      worker.succeed(sent.take(), 3);
      assertThat(future.get(5, TimeUnit.SECONDS)).isInstanceOf(StepResult.Succeeded.class);
    }
    assertThat(worker.commands(Command.RunStep.class)).hasSize(2);
  }

  @Test
  void runStep_isLost_whenTheStreamEndsAndTheWorkerIsGone() throws Exception {
    worker.onStep(worker::accept);
    SessionClient session = open(QUICK);
    CompletableFuture<StepResult> future = session.runStep(step("a"));
    // The stream ends as if all were well: that says nothing about the step.
    sandbox.end(137, true);
    SessionLost lost = lost(future);
    assertThat(lost.reason()).isEqualTo(SessionLost.Reason.WORKER_ENDED);
    assertThat(lost.failure().code()).isEqualTo(FailureCode.OOM_KILLED);
    assertThat(lost.failure().message()).contains("256m");
    assertThat(lost.failure().advice()).contains("--memory 512m");
    session.close();
  }

  @Test
  void runStep_keepsItsEnd_whenTheWorkerGoesRightAfterIt() throws Exception {
    worker.onStep(step -> {
      worker.succeed(step, 1);
      sandbox.end(1, false);
    });
    SessionClient session = open(QUICK);
    // Either it was heard before the end or it is lost; it is never anything else.
    CompletableFuture<StepResult> future = session.runStep(step("a"));
    StepResult result =
        future.handle((done, problem) -> problem == null ? done : null).get(10, TimeUnit.SECONDS);
    if (result == null) {
      assertThat(lost(future).reason()).isEqualTo(SessionLost.Reason.WORKER_ENDED);
    } else {
      assertThat(result).isInstanceOf(StepResult.Succeeded.class);
    }
    session.close();
  }

  @Test
  void session_isLostToAnotherHost_whenSuperseded() throws Exception {
    worker.onStep(step -> {
      worker.accept(step);
      worker.breakStream(Status.ABORTED.withDescription("SUPERSEDED"));
    });
    SessionClient session = open(QUICK);
    SessionLost lost = lost(session.runStep(step("a")));
    assertThat(lost.reason()).isEqualTo(SessionLost.Reason.SUPERSEDED);
    assertThat(lost.leavesStepsUnknown()).isTrue();
    assertThat(worker.commands(Command.AttachSession.class)).isEmpty();
    session.close();
  }

  @Test
  void session_isUnreachable_whenNoAttachmentSucceedsInTime() throws Exception {
    worker.refuseAttach(Status.UNAVAILABLE.withDescription("drains"));
    worker.onStep(step -> {
      worker.accept(step);
      worker.breakStream(Status.UNAVAILABLE);
    });
    SessionClient session =
        open(
            new SessionSettings(
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                Duration.ofMillis(300),
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                System::nanoTime));
    SessionLost lost = lost(session.runStep(step("a")));
    assertThat(lost.reason()).isEqualTo(SessionLost.Reason.UNREACHABLE);
    assertThat(lost.leavesStepsUnknown()).isTrue();
    assertThat(lost.getMessage()).contains("drains");
    assertThat(worker.commands(Command.AttachSession.class)).hasSizeGreaterThan(1);
    session.close();
  }

  @Test
  void stream_countsAsBroken_whenNothingIsHeard() throws Exception {
    worker.refuseAttach(Status.ABORTED);
    SessionClient session =
        open(
            new SessionSettings(
                Duration.ofMillis(50),
                Duration.ofMillis(300),
                Duration.ofSeconds(5),
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                System::nanoTime));
    worker.fallSilent();
    SessionLost lost = session.ended().get(10, TimeUnit.SECONDS);
    assertThat(lost.reason()).isEqualTo(SessionLost.Reason.SUPERSEDED);
    assertThat(listener.changes()).contains("broken");
    session.close();
  }

  @Test
  void pings_goOn_whileTheListenerIsSlow() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    RecordingSessionListener slow =
        new RecordingSessionListener() {
          @Override
          public void event(JournalEntry entry) {
            if (entry.event() instanceof Event.StepStarted) {
              blocked.countDown();
              awaitQuietly(release);
            }
            super.event(entry);
          }
        };
    int events = 1_000;
    CountDownLatch allKept = new CountDownLatch(1);
    CountDownLatch pings = new CountDownLatch(20);
    worker.onStep(step -> {
      worker.accept(step);
      for (int i = 0; i < events; i++) {
        worker.progress(step.id(), i);
      }
      worker.end(FakeWorker.success(step, 1));
      allKept.countDown();
    });
    // Read-idle is shorter than the listener's pause: its silence is not the worker's.
    SessionSettings settings =
        new SessionSettings(
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofMillis(10),
            Duration.ofSeconds(5),
            System::nanoTime);
    try (SessionClient session = SessionClient.open(sandbox, openCommand(), slow, settings)) {
      CompletableFuture<StepResult> future = session.runStep(step("a"));
      assertThat(blocked.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(allKept.await(5, TimeUnit.SECONDS)).isTrue();
      worker.onPing(pings::countDown);
      assertThat(pings.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(future).isNotDone();
      release.countDown();
      assertThat(future.get(5, TimeUnit.SECONDS)).isInstanceOf(StepResult.Succeeded.class);
    }
    assertThat(worker.commands(Command.AttachSession.class)).isEmpty();
    assertThat(slow.sequences())
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, worker.journal().size()).boxed().toList());
  }

  @Test
  void runStep_isLostAtOnce_whenTheSessionIsOver() throws Exception {
    SessionClient session = open(QUICK);
    session.close();
    assertThat(lost(session.runStep(step("late"))).reason()).isEqualTo(SessionLost.Reason.LEFT);
  }

  private SessionClient open(SessionSettings settings) throws Exception {
    return SessionClient.open(sandbox, openCommand(), listener, settings);
  }

  private static Command.OpenSession openCommand() {
    return new Command.OpenSession(
        ProtocolVersions.SUPPORTED,
        new SessionId("s-1"),
        "/project",
        List.of(),
        Duration.ofSeconds(30),
        ByteSize.ofMiB(100));
  }

  private static StepSpec step(String id) {
    return new StepSpec(
        new StepId(id),
        "1",
        "fake.step",
        Map.of(),
        Map.of(),
        null,
        StepSpec.Resources.DEFAULT,
        null);
  }

  private static SessionLost lost(CompletableFuture<StepResult> future) throws Exception {
    try {
      throw new AssertionError("it ended with " + future.get(10, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(SessionLost.class);
      return (SessionLost) e.getCause();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
