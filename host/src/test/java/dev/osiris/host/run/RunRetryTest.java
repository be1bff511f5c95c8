package dev.osiris.host.run;

import static dev.osiris.host.run.Runs.MANIFEST;
import static dev.osiris.host.run.Runs.MEMORY;
import static dev.osiris.host.run.Runs.plan;
import static dev.osiris.host.run.Runs.statuses;
import static dev.osiris.host.run.Runs.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.pipeline.Retry;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.session.FakeSandbox;
import dev.osiris.host.session.FakeWorker;
import dev.osiris.session.Command;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.step.Written;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Other attempts, in the same worker and in the one that replaces it. */
@Timeout(30)
class RunRetryTest {
  private static final Retry THREE =
      new Retry(3, Duration.ofMillis(1), Duration.ofMillis(1), Retry.Backoff.NONE);

  @TempDir private Path root;

  private final RecordingRunListener listener = new RecordingRunListener();
  private final RunControl control = new RunControl();
  private final Workers workers = new Workers();

  /** Gives out a worker after the other, each with its script. */
  private static final class Workers implements SandboxProvider, AutoCloseable {
    final List<FakeWorker> all = new ArrayList<>();
    final List<SandboxSpec> specs = new ArrayList<>();
    private final Deque<BiConsumer<Workers, StepSpec>> scripts = new ArrayDeque<>();
    private FakeSandbox newest;

    void next(BiConsumer<Workers, StepSpec> script) {
      scripts.add(script);
    }

    FakeWorker worker() {
      return all.getLast();
    }

    /** The kernel ends the worker. */
    void killForMemory() {
      newest.end(137, true);
    }

    void die() {
      newest.end(1, false);
    }

    @Override
    public String kind() {
      return "fake";
    }

    @Override
    public Sandbox start(SandboxSpec spec) throws SandboxException {
      BiConsumer<Workers, StepSpec> script = scripts.poll();
      if (script == null) {
        throw SandboxException.cannotStart("there is no other worker", "", null);
      }
      try {
        FakeWorker worker = new FakeWorker();
        worker.onStep(step -> script.accept(this, step));
        all.add(worker);
        specs.add(spec);
        newest = new FakeSandbox(worker);
        return newest;
      } catch (IOException e) {
        throw SandboxException.cannotStart("no port", "", e);
      }
    }

    @Override
    public void close() {
      all.forEach(FakeWorker::close);
    }
  }

  @AfterEach
  void stopWorkers() {
    workers.close();
  }

  private static void succeed(Workers workers, StepSpec step) {
    workers.worker().succeed(step, 1);
  }

  private static void fail(Workers workers, StepSpec step, FailureCode code) {
    workers.worker().accept(step);
    workers.worker().end(failed(step, code, List.of()));
  }

  private static StepResult failed(StepSpec step, FailureCode code, List<Written> written) {
    return new StepResult.Failed(
        step.id(), step.attempt(), Duration.ZERO, Failure.of(code, "it failed"), written);
  }

  /** As a worker answers about an attempt over which an earlier one has died. */
  private static boolean knowsAsLost(Workers workers, StepSpec step) {
    if (step.attempt().equals("1")) {
      workers.worker().end(failed(step, FailureCode.WORKER_LOST, List.of()));
      return true;
    }
    return false;
  }

  @Test
  void retryableFailure_isTriedAgain_underANewAttempt() throws Exception {
    workers.next((from, step) -> {
      if (step.attempt().equals("3")) {
        succeed(from, step);
      } else {
        fail(from, step, FailureCode.CONNECTION_FAILED);
      }
    });
    RunReport report = run(plan(step("a", THREE)), null);
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.steps().getFirst().attempts()).isEqualTo(3);
    assertThat(attempts(0)).containsExactly("a 1", "a 2", "a 3");
    assertThat(listener.course)
        .contains("retried a after 1: connection_failed", "retried a after 2: connection_failed");
    assertThat(hostLog(report)).contains("\"step_retried\"", "connection_failed");
  }

  @Test
  void attempts_areUsedUp_andTheLastFailureCounts() throws Exception {
    workers.next((from, step) -> fail(from, step, FailureCode.CONNECTION_FAILED));
    RunReport report = run(plan(step("a", THREE), step("b", THREE, "a")), null);
    assertThat(statuses(report)).containsExactly("failed", "skipped");
    assertThat(report.steps().getFirst().attempts()).isEqualTo(3);
    assertThat(report.exit()).isEqualTo(ExitCode.STEP_FAILED);
  }

  @Test
  void failureThatTimeDoesNotMend_isNotTriedAgain() throws Exception {
    workers.next((from, step) -> fail(from, step, FailureCode.SQL_SYNTAX));
    RunReport report = run(plan(step("a", THREE)), MEMORY);
    assertThat(report.steps().getFirst().attempts()).isEqualTo(1);
  }

  @Test
  void stepThatHasWritten_isNotTriedAgain() throws Exception {
    Written written = new Written("file:out.csv", 5, null);
    workers.next((from, step) -> {
      from.worker().accept(step);
      from.worker().end(failed(step, FailureCode.CONNECTION_FAILED, List.of(written)));
    });
    RunReport report = run(plan(step("a", THREE)), null);
    assertThat(report.steps().getFirst().attempts()).isEqualTo(1);
    assertThat(report.steps().getFirst().written()).containsExactly(written);
  }

  @Test
  void oomKill_withoutBeingAsked_endsTheRun() throws Exception {
    workers.next((from, step) -> {
      from.worker().accept(step);
      from.killForMemory();
    });
    RunReport report = run(plan(step("a", THREE)), null);
    assertThat(report.steps().getFirst().failure().code()).isEqualTo(FailureCode.OOM_KILLED);
    assertThat(workers.all).hasSize(1);
  }

  @Test
  void oomKill_replacesTheSandboxWithMoreMemory_andFinishedStepsStayFinished() throws Exception {
    workers.next((from, step) -> {
      if (step.id().value().equals("a")) {
        succeed(from, step);
      } else {
        from.worker().accept(step);
        from.killForMemory();
      }
    });
    workers.next((from, step) -> {
      if (!knowsAsLost(from, step)) {
        succeed(from, step);
      }
    });
    RunReport report = run(plan(step("a", Retry.NONE), step("b", Retry.NONE, "a")), twice());
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.reason()).isNull();
    assertThat(report.steps()).extracting(step -> step.attempts()).containsExactly(1, 2);
    assertThat(workers.specs).extracting(SandboxSpec::memory).containsExactly(MEMORY, twice());
    assertThat(attempts(1)).as("asked for first, then tried again").containsExactly("b 1", "b 2");
    assertThat(hostLog(report)).contains("sandbox_replaced", "oom_killed", "512m");
  }

  @Test
  void oomKill_isForgivenOnce() throws Exception {
    BiConsumer<Workers, StepSpec> deadly =
        (from, step) -> {
          if (workers.all.size() == 1 || !knowsAsLost(from, step)) {
            from.worker().accept(step);
            from.killForMemory();
          }
        };
    workers.next(deadly);
    workers.next(deadly);
    RunReport report = run(plan(step("a", THREE)), MEMORY);
    assertThat(workers.all).hasSize(2);
    assertThat(statuses(report)).containsExactly("failed");
    assertThat(report.steps().getFirst().attempts()).isEqualTo(2);
    assertThat(report.steps().getFirst().failure().code()).isEqualTo(FailureCode.OOM_KILLED);
    assertThat(report.exit()).isEqualTo(ExitCode.STEP_FAILED);
  }

  @Test
  void victims_runOneAtATime() throws Exception {
    BlockingQueue<StepSpec> running = new LinkedBlockingQueue<>();
    workers.next((from, step) -> {
      from.worker().accept(step);
      running.add(step);
      if (running.size() == 2) {
        from.killForMemory();
      }
    });
    workers.next((from, step) -> {
      if (!knowsAsLost(from, step)) {
        succeed(from, step);
      }
    });
    RunReport report = run(plan(step("a", Retry.NONE), step("b", Retry.NONE)), MEMORY);
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(attempts(1)).containsExactly("a 1", "a 2", "b 1", "b 2");
    assertThat(listener.course.subList(4, listener.course.size()))
        .as("b waits for the end of a, and is asked for before it is tried again")
        .containsExactly("sent a", "sent a", "ended a", "sent b", "sent b", "ended b");
  }

  @Test
  void stepThatHadPublished_succeeds_withoutAnotherAttempt() throws Exception {
    workers.next((from, step) -> {
      from.worker().accept(step);
      from.killForMemory();
    });
    workers.next((from, step) -> from.worker().end(FakeWorker.success(step, 7)));
    RunReport report = run(plan(step("a", Retry.NONE)), MEMORY);
    assertThat(report.steps().getFirst().attempts()).isEqualTo(1);
    assertThat(report.steps().getFirst().outputs().rows()).isEqualTo(7);
  }

  @Test
  void stepThatHadWritten_keepsItsFailure_andIsNotTriedAgain() throws Exception {
    Written written = new Written("table orders", 9, null);
    workers.next((from, step) -> {
      from.worker().accept(step);
      from.killForMemory();
    });
    workers.next(
        (from, step) -> from.worker().end(failed(step, FailureCode.WORKER_LOST, List.of(written))));
    RunReport report = run(plan(step("a", Retry.NONE)), MEMORY);
    assertThat(statuses(report)).containsExactly("failed");
    assertThat(report.steps().getFirst().failure().code()).isEqualTo(FailureCode.OOM_KILLED);
    assertThat(report.steps().getFirst().written()).containsExactly(written);
  }

  @Test
  void outOfMemoryInALivingWorker_movesToALargerOne() throws Exception {
    workers.next((from, step) -> fail(from, step, FailureCode.OUT_OF_MEMORY));
    workers.next(RunRetryTest::succeed);
    RunReport report = run(plan(step("a", Retry.NONE)), twice());
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(workers.specs.getLast().memory()).isEqualTo(twice());
    assertThat(workers.all.getFirst().commands(Command.CleanUp.class)).hasSize(1);
    assertThat(attempts(1)).containsExactly("a 2");
  }

  @Test
  void lostWorker_isReplaced_whereTheStepMayBeTriedAgain() throws Exception {
    workers.next((from, step) -> {
      from.worker().accept(step);
      from.die();
    });
    workers.next((from, step) -> {
      if (!knowsAsLost(from, step)) {
        succeed(from, step);
      }
    });
    RunReport report = run(plan(step("a", THREE)), null);
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(workers.specs).extracting(SandboxSpec::memory).containsExactly(MEMORY, MEMORY);
  }

  @Test
  void workerThatClosesByItself_isReplaced_whereTheStepMayBeTriedAgain() throws Exception {
    workers.next((from, step) -> fail(from, step, FailureCode.WORKER_LOST));
    workers.next(RunRetryTest::succeed);
    RunReport report = run(plan(step("a", THREE)), null);
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.steps().getFirst().attempts()).isEqualTo(2);
    assertThat(workers.all).as("it has no time for another step").hasSize(2);
  }

  @Test
  void workerThatDiesAtOnce_isNotReplacedForEver() throws Exception {
    for (int i = 0; i < 10; i++) {
      workers.next((from, step) -> from.die());
    }
    RunReport report = run(plan(step("a", THREE)), null);
    assertThat(workers.all).hasSize(3);
    assertThat(report.steps().getFirst().failure().code()).isEqualTo(FailureCode.WORKER_LOST);
    assertThat(report.exit()).isEqualTo(ExitCode.SANDBOX_FAILED);
  }

  @Test
  void noOtherSandbox_leavesTheFirstFailure() throws Exception {
    workers.next((from, step) -> {
      from.worker().accept(step);
      from.killForMemory();
    });
    RunReport report = run(plan(step("a", Retry.NONE), step("b", Retry.NONE, "a")), MEMORY);
    assertThat(statuses(report)).containsExactly("failed", "skipped");
    assertThat(report.steps().getFirst().failure().code()).isEqualTo(FailureCode.OOM_KILLED);
    assertThat(report.reason().code()).isEqualTo(FailureCode.SANDBOX_UNAVAILABLE);
    assertThat(listener.ended).containsExactly("a failed");
  }

  @Test
  void stopAmidAPause_cancelsTheStep() throws Exception {
    Retry slow = new Retry(2, Duration.ofHours(1), Duration.ofHours(1), Retry.Backoff.NONE);
    workers.next((from, step) -> fail(from, step, FailureCode.CONNECTION_FAILED));
    RecordingRunListener stopping =
        new RecordingRunListener() {
          @Override
          public void stepRetried(StepId step, int attempts, Failure failure, Duration pause) {
            control.stop(Stop.INTERRUPTED);
          }
        };
    RunReport report = run(plan(step("a", slow)), null, stopping);
    assertThat(statuses(report)).containsExactly("cancelled");
    assertThat(report.exit()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(report.steps().getFirst().failure().code()).isEqualTo(FailureCode.CONNECTION_FAILED);
  }

  private static ByteSize twice() {
    return ByteSize.ofMiB(512);
  }

  private List<String> attempts(int worker) {
    return workers.all.get(worker).commands(Command.RunStep.class).stream()
        .map(run -> run.step().id() + " " + run.step().attempt())
        .toList();
  }

  private static String hostLog(RunReport report) throws IOException {
    return Files.readString(report.sessionDir().resolve("logs/host.jsonl"));
  }

  private RunReport run(Plan plan, ByteSize retryMemory) throws Exception {
    return run(plan, retryMemory, listener);
  }

  private RunReport run(Plan plan, ByteSize retryMemory, RunListener heard) throws Exception {
    RunOptions options = Runs.Options.below(root).withRetryMemory(retryMemory).build();
    return new Orchestrator(workers, InstantSource.fixed(Instant.EPOCH), System::nanoTime)
        .run(plan, MANIFEST, options, control, heard);
  }
}
