package dev.osiris.host.run;

import static dev.osiris.host.run.Runs.MANIFEST;
import static dev.osiris.host.run.Runs.keeping;
import static dev.osiris.host.run.Runs.plan;
import static dev.osiris.host.run.Runs.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.pipeline.Retry;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.store.KeptState;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.run.store.StateStore;
import dev.osiris.host.session.FakeWorker;
import dev.osiris.session.Command;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.step.StepState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RunStatesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Plan READING = plan(keeping("read"), step("write", Retry.NONE, "read"));

  @TempDir private Path root;

  private FakeWorker worker;
  private int runs;

  /** A worker serves one session. */
  @BeforeEach
  void startWorker() throws Exception {
    worker = new FakeWorker();
  }

  @AfterEach
  void stopWorker() {
    worker.close();
  }

  private void nextWorker() throws Exception {
    stopWorker();
    startWorker();
  }

  @Test
  void state_comesBack_inTheNextRun() throws Exception {
    read(1);
    assertThat(run(READING, false).status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(given()).isEmpty();

    nextWorker();
    read(2);
    run(READING, false);

    assertThat(given()).contains(state(1));
    assertThat(kept()).contains(new KeptState("fake.step", "s-2", NOW, state(2)));
  }

  @Test
  void state_staysTheOldOne_whenAnotherStepFails() throws Exception {
    read(1);
    run(READING, false);
    nextWorker();
    readAndFail(2);
    assertThat(run(READING, false).status()).isEqualTo(RunStatus.FAILED);

    assertThat(kept().map(KeptState::state)).contains(state(1));
    nextWorker();
    read(3);
    run(READING, false);
    assertThat(given()).contains(state(1));
    assertThat(kept().map(KeptState::state)).contains(state(3));
  }

  @Test
  void fullRefresh_givesNone_andKeepsTheNewOne() throws Exception {
    read(5);
    run(READING, false);
    nextWorker();
    read(2);
    run(READING, true);

    assertThat(given()).isEmpty();
    assertThat(kept().map(KeptState::state)).contains(state(2));

    nextWorker();
    read(null);
    run(READING, true);
    assertThat(kept()).isEmpty();
  }

  @Test
  void secondRunAtTheSameTime_isRefused_andReadsNothing() throws Exception {
    try (StateStore.Held held = new StateStore(root).hold("test")) {
      assertThat(held.read()).isEmpty();
      assertThatThrownBy(() -> run(READING, false))
          .isInstanceOf(SessionInUse.class)
          .hasMessageContaining("the state of pipeline 'test' is in use by process");
    }
    assertThat(worker.commands()).isEmpty();
    assertThat(root.resolve("s-1")).doesNotExist();
    read(1);
    assertThat(run(READING, false).status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void stateThatCannotBeKept_failsTheRun() throws Exception {
    worker.onStep(step -> {
      if (step.id().value().equals("write")) {
        replaceByFolder(new StateStore(root).folder().resolve("test.json"));
      }
      worker.accept(step);
      worker.end(done(step, state(1)));
    });
    RunReport report = run(READING, false);
    assertThat(report.status()).isEqualTo(RunStatus.FAILED);
    assertThat(report.exit()).isEqualTo(ExitCode.SANDBOX_FAILED);
    assertThat(report.reason().message()).contains("all steps have succeeded");
  }

  @Test
  void runWithoutSuchASteps_touchesNoState() throws Exception {
    run(plan(step("read", Retry.NONE)), false);
    assertThat(new StateStore(root).folder()).doesNotExist();
  }

  /** Steps end well, and the reading one leaves this. */
  private void read(@Nullable Integer to) {
    worker.onStep(step -> {
      worker.accept(step);
      worker.end(done(step, to == null ? null : state(to)));
    });
  }

  private void readAndFail(int to) {
    worker.onStep(step -> {
      worker.accept(step);
      worker.end(
          step.id().value().equals("read")
              ? done(step, state(to))
              : new StepResult.Failed(
                  step.id(),
                  step.attempt(),
                  Duration.ZERO,
                  Failure.of(FailureCode.FILE_UNWRITABLE, "no"),
                  List.of()));
    });
  }

  private static StepResult done(StepSpec step, @Nullable StepState state) {
    StepOutputs outputs =
        step.id().value().equals("read")
            ? new StepOutputs(null, List.of(), List.of(), state)
            : StepOutputs.NONE;
    return new StepResult.Succeeded(step.id(), step.attempt(), Duration.ZERO, outputs, List.of());
  }

  private static StepState state(long to) {
    return new StepState(Map.of("read_to", to));
  }

  private static void replaceByFolder(Path file) {
    try {
      Files.createDirectories(file.resolve("full"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private RunReport run(Plan plan, boolean fullRefresh) throws Exception {
    runs++;
    RunOptions options = Runs.Options.below(root).build();
    return new Orchestrator(new FakeProvider(worker), InstantSource.fixed(NOW), System::nanoTime)
        .run(
            plan,
            MANIFEST,
            refreshing(options.withSession(new SessionId("s-" + runs)), fullRefresh),
            new RunControl(),
            new RecordingRunListener());
  }

  private static RunOptions refreshing(RunOptions o, boolean fullRefresh) {
    return new RunOptions(
        o.session(),
        o.sessionRoot(),
        o.project(),
        o.grants(),
        o.drivers(),
        o.env(),
        o.memory(),
        o.cpus(),
        o.parallel(),
        o.timeout(),
        o.retention(),
        o.durability(),
        o.lease(),
        o.disk(),
        o.retryMemory(),
        o.startTimeout(),
        fullRefresh);
  }

  /** What the reading step got in the last run. */
  private Optional<StepState> given() {
    return Optional.ofNullable(
        worker.commands(Command.RunStep.class).stream()
            .map(Command.RunStep::step)
            .filter(step -> step.id().value().equals("read"))
            .toList()
            .getLast()
            .state());
  }

  private Optional<KeptState> kept() throws Exception {
    return new StateStore(root).find("test").map(state -> state.steps().get(new StepId("read")));
  }
}
