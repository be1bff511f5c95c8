package dev.osiris.host.run;

import static dev.osiris.host.run.Runs.MANIFEST;
import static dev.osiris.host.run.Runs.plan;
import static dev.osiris.host.run.Runs.statuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.pipeline.Retry;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.plan.PlannedStep;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.session.FakeWorker;
import dev.osiris.session.Command;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class OrchestratorTest {
  private static final Plan DIAMOND =
      plan(step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c"));

  @TempDir private Path root;

  private final RecordingRunListener listener = new RecordingRunListener();
  private final RunControl control = new RunControl();
  private FakeWorker worker;
  private FakeProvider provider;

  @BeforeEach
  void startWorker() throws Exception {
    worker = new FakeWorker();
    provider = new FakeProvider(worker);
  }

  @AfterEach
  void stopWorker() {
    worker.close();
  }

  @Test
  void diamond_runsEveryStepAfterItsNeeds() throws Exception {
    RunReport report = run(DIAMOND, options());
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.exit()).isEqualTo(ExitCode.SUCCEEDED);
    assertThat(listener.sent).startsWith("a").endsWith("d").hasSize(4);
    assertThat(report.steps())
        .extracting(step -> step.id().value())
        .containsExactly("a", "b", "c", "d");
    assertThat(report.steps()).allSatisfy(step -> assertThat(step.outputs().rows()).isEqualTo(1));
    assertThat(Files.readString(report.sessionDir().resolve("manifest.yaml"))).isEqualTo(MANIFEST);
    assertThat(status(report).path("exit_code").asInt()).isZero();
  }

  @Test
  void independentSteps_runAtTheSameTime() throws Exception {
    BlockingQueue<StepSpec> running = new LinkedBlockingQueue<>();
    worker.onStep(step -> {
      if (step.id().value().matches("[bc]")) {
        running.add(step);
      } else {
        worker.succeed(step, 1);
      }
    });
    CompletableFuture<RunReport> report = runAside(DIAMOND, options());
    StepSpec one = running.take();
    // Only both at once get past here.
    StepSpec two = running.take();
    worker.succeed(one, 1);
    worker.succeed(two, 1);
    assertThat(report.get(10, TimeUnit.SECONDS).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void parallelOne_sendsTheNextStepAfterTheEndOfTheLast() throws Exception {
    run(DIAMOND, options().withParallel(1));
    assertThat(listener.course)
        .containsExactly(
            "sent a", "ended a", "sent b", "ended b", "sent c", "ended c", "sent d", "ended d");
  }

  @Test
  void failure_skipsWhatWasNotSent_andLetsTheRunningFinish() throws Exception {
    BlockingQueue<StepSpec> running = new LinkedBlockingQueue<>();
    worker.onStep(step -> {
      switch (step.id().value()) {
        case "b" -> running.add(step);
        case "c" -> {
          worker.accept(step);
          worker.end(failure(step, FailureCode.SQL_SYNTAX, "no such thing"));
        }
        default -> worker.succeed(step, 1);
      }
    });
    RecordingRunListener releasing =
        new RecordingRunListener() {
          @Override
          public void stepEnded(StepReport step) {
            super.stepEnded(step);
            if (step.id().value().equals("c")) {
              worker.succeed(running.remove(), 1);
            }
          }
        };
    RunReport report = run(DIAMOND, options(), releasing);
    assertThat(statuses(report)).containsExactly("succeeded", "succeeded", "failed", "skipped");
    assertThat(report.status()).isEqualTo(RunStatus.FAILED);
    assertThat(report.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(status(report).at("/steps/2/failure/code").asText()).isEqualTo("sql_syntax");
  }

  @Test
  void unknownComponent_isTheUsersMistake_andNothingIsSent() throws Exception {
    worker.components("fake.stop");
    RunReport report = run(DIAMOND, options());
    assertThat(report.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(report.steps().getFirst().failure().message()).contains("did you mean 'fake.stop'");
    assertThat(worker.commands(Command.RunStep.class)).isEmpty();
  }

  @Test
  void sandboxThatDoesNotStart_isReportedWithItsReason() throws Exception {
    RunReport report =
        runWithout(SandboxException.cannotStart("there is no worker", "Build it.", null));

    assertThat(report.exit()).isEqualTo(ExitCode.SANDBOX_FAILED);
    assertThat(statuses(report)).containsOnly("skipped");
    JsonNode status = status(report);
    assertThat(status.path("status").asText()).isEqualTo("failed");
    assertThat(status.path("exit_code").asInt()).isEqualTo(3);
    assertThat(status.at("/reason/message").asText()).isEqualTo("there is no worker");
  }

  @Test
  void sandboxThatCannotBeAsItWasAskedFor_isWrongUsage() throws Exception {
    RunReport report = runWithout(SandboxException.unsuitable("too small", "Set --memory."));

    assertThat(report.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(statuses(report)).containsOnly("skipped");
  }

  private RunReport runWithout(SandboxException problem) throws Exception {
    SandboxProvider none =
        new SandboxProvider() {
          @Override
          public String kind() {
            return "none";
          }

          @Override
          public Sandbox start(SandboxSpec spec) throws SandboxException {
            throw problem;
          }
        };
    return new Orchestrator(none, InstantSource.fixed(Instant.EPOCH), System::nanoTime)
        .run(DIAMOND, MANIFEST, options().build(), control, listener);
  }

  @Test
  void workerThatIsKilledForMemory_failsTheStepWithTheLimit() throws Exception {
    worker.onStep(step -> {
      worker.accept(step);
      provider.sandbox().end(137, true);
    });
    RunReport report = run(plan(step("a"), step("b", "a")), options());
    assertThat(statuses(report)).containsExactly("failed", "skipped");
    assertThat(report.steps().getFirst().failure().code()).isEqualTo(FailureCode.OOM_KILLED);
    assertThat(report.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(status(report).path("exit_code").asInt()).isEqualTo(1);
  }

  @Test
  void workerThatIsGone_leavesNothingHalfDone() throws Exception {
    worker.onStep(step -> {
      worker.accept(step);
      makeFile("s-1/data/.a.1.duckdb.tmp");
      makeFile("s-1/data/.a.1.duckdb.tmp.wal");
      makeFile("s-1/data/done.duckdb");
      makeFile("s-1/.tmp/1/spill.tmp");
      provider.sandbox().end(137, false);
    });
    run(plan(step("a")), options());
    assertThat(root.resolve("s-1/data")).isDirectoryNotContaining("glob:**.{tmp,wal}");
    assertThat(root.resolve("s-1/data/done.duckdb")).exists();
    assertThat(root.resolve("s-1/.tmp")).doesNotExist();
  }

  @Test
  void workerThatIsGone_isNobodysFault() throws Exception {
    worker.onStep(step -> {
      worker.accept(step);
      provider.sandbox().end(1, false);
    });
    RunReport report = run(plan(step("a")), options());
    assertThat(report.steps().getFirst().failure().code()).isEqualTo(FailureCode.WORKER_LOST);
    assertThat(report.exit()).isEqualTo(ExitCode.SANDBOX_FAILED);
    assertThat(status(report).path("status").asText()).isEqualTo("failed");
  }

  @Test
  void supersededRun_hasAnUnknownOutcome() throws Exception {
    worker.onStep(step -> {
      worker.accept(step);
      worker.breakStream(Status.ABORTED);
    });
    RunReport report = run(plan(step("a")), options());
    assertThat(report.status()).isEqualTo(RunStatus.UNKNOWN);
    assertThat(report.exit()).isEqualTo(ExitCode.SANDBOX_FAILED);
    assertThat(statuses(report)).containsExactly("unknown");
  }

  @Test
  void existingSession_isRefused_andLeftAlone() throws Exception {
    run(plan(step("a")), options());
    byte[] before = Files.readAllBytes(root.resolve("s-1/status.json"));
    assertThatThrownBy(() -> run(plan(step("a")), options()))
        .isInstanceOf(SessionInUse.class)
        .hasMessageContaining("s-1");
    assertThat(root.resolve("s-1/status.json")).hasBinaryContent(before);
  }

  @Test
  void lockedSession_isRefusedWithThePid() throws Exception {
    try (SessionFolder folder =
        SessionFolder.create(root, new SessionId("s-1"), InstantSource.system())) {
      assertThat(folder.path()).isDirectory();
      assertThatThrownBy(() -> run(plan(step("a")), options()))
          .isInstanceOf(SessionInUse.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void eagerRetention_releasesWhatNobodyReadsAnyMore() throws Exception {
    Plan plan = plan(step("a"), step("b", "a"), step("c", "a"), step("d", "b"));
    run(plan, options().withRetention(RunOptions.Retention.EAGER).withParallel(1));
    assertThat(worker.commands(Command.ReleaseOutputs.class))
        .extracting(Command.ReleaseOutputs::steps)
        .containsExactly(List.of(new StepId("a")), List.of(new StepId("b")));
  }

  @Test
  void keepRetention_releasesNothing() throws Exception {
    run(DIAMOND, options());
    assertThat(worker.commands(Command.ReleaseOutputs.class)).isEmpty();
  }

  @Test
  void timeout_cancelsAndFailsTheStepAsTimedOut() throws Exception {
    worker.onStep(worker::accept);
    RunReport report =
        run(plan(step("a"), step("b", "a")), options().withTimeout(Duration.ofMillis(500)));
    assertThat(worker.commands(Command.CancelStep.class)).hasSize(1);
    assertThat(statuses(report)).containsExactly("failed", "skipped");
    assertThat(report.steps().getFirst().failure().code()).isEqualTo(FailureCode.TIMED_OUT);
    assertThat(report.exit()).isEqualTo(ExitCode.STEP_FAILED);
  }

  @Test
  void stop_cancelsWhatRuns() throws Exception {
    worker.onStep(step -> {
      worker.accept(step);
      control.stop(Stop.TERMINATED);
    });
    RunReport report = run(plan(step("a"), step("b", "a")), options());
    assertThat(statuses(report)).containsExactly("cancelled", "skipped");
    assertThat(report.status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(report.exit()).isEqualTo(ExitCode.TERMINATED);
    assertThat(status(report).path("exit_code").asInt()).isEqualTo(143);
  }

  @Test
  void kill_endsTheRun_whenTheWorkerDoesNotConfirmTheCancel() throws Exception {
    worker.onCancel(cancel -> control.kill());
    worker.onStep(step -> {
      worker.accept(step);
      control.stop(Stop.INTERRUPTED);
    });
    RunReport report = run(plan(step("a")), options());
    assertThat(statuses(report)).containsExactly("cancelled");
    assertThat(report.exit()).isEqualTo(ExitCode.INTERRUPTED);
  }

  @Test
  void stopBeforeTheSandbox_startsNothing() throws Exception {
    control.stop(Stop.INTERRUPTED);
    RunReport report = run(DIAMOND, options());
    assertThat(provider.started()).isNull();
    assertThat(report.exit()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(status(report).path("status").asText()).isEqualTo("cancelled");
  }

  @Test
  void brokenConnection_isHealed_andKeptInTheHostsLog() throws Exception {
    worker.onStep(step -> {
      worker.accept(step);
      worker.breakStream(Status.UNAVAILABLE);
      worker.end(FakeWorker.success(step, 5));
    });
    RunReport report = run(plan(step("a")), options());
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(Files.readString(report.sessionDir().resolve("logs/host.jsonl")))
        .contains("connection_broken", "connection_attached", "sandbox_closed");
  }

  private void makeFile(String name) {
    try {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunReport run(Plan plan, Runs.Options options) throws Exception {
    return run(plan, options, listener);
  }

  private RunReport run(Plan plan, Runs.Options options, RunListener heard) throws Exception {
    return new Orchestrator(provider, InstantSource.fixed(Instant.EPOCH), System::nanoTime)
        .run(plan, MANIFEST, options.build(), control, heard);
  }

  private CompletableFuture<RunReport> runAside(Plan plan, Runs.Options options) {
    CompletableFuture<RunReport> report = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            report.complete(run(plan, options));
          } catch (Exception e) {
            report.completeExceptionally(e);
          }
        });
    return report;
  }

  private static JsonNode status(RunReport report) throws Exception {
    return new ObjectMapper().readTree(report.sessionDir().resolve("status.json").toFile());
  }

  private static StepResult failure(StepSpec step, FailureCode code, String message) {
    return new StepResult.Failed(
        step.id(), step.attempt(), Duration.ofMillis(1), Failure.of(code, message), List.of());
  }

  private static PlannedStep step(String id, String... needs) {
    return Runs.step(id, Retry.NONE, needs);
  }

  private Runs.Options options() {
    return Runs.Options.below(root);
  }
}
