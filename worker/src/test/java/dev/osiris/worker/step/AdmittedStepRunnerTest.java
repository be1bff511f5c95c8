package dev.osiris.worker.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.component.ComponentKind;
import dev.osiris.component.ComponentSpec;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.grant.GrantedPaths;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.step.Written;
import dev.osiris.unit.ByteSize;
import dev.osiris.worker.disk.DiskBudget;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.duckdb.Share;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmittedStepRunnerTest {

  private static final StepId STEP = new StepId("sorted");

  @TempDir Path root;
  private final Admission admission = new Admission(MemoryBudget.of(ByteSize.ofMiB(512), 2));
  private final List<Share> tried = new ArrayList<>();
  private final DiskBudget disk = DiskBudget.of(ByteSize.ofMiB(1000));

  @Test
  void step_thatRunsOutOfMemory_getsAllOfIt_andThenOneThread() throws Exception {
    StepResult result = run(List.of(), 3);

    assertThat(result).isInstanceOf(StepResult.Succeeded.class);
    Share whole = admission.whole();
    assertThat(tried)
        .containsExactly(
            spilling(admission.share(StepSpec.Resources.DEFAULT)),
            spilling(whole),
            spilling(new Share(whole.memory(), 1)));
    assertThat(admission.free(whole)).isTrue();
  }

  @Test
  void step_thatRunsOutOfAll_fails() throws Exception {
    StepResult result = run(List.of(), 100);

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(tried).hasSize(3);
  }

  @Test
  void step_thatHasWritten_isNotTriedAgain() throws Exception {
    StepResult result = run(List.of(new Written("/out/a.csv", 1L, 1L)), 100);

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(tried).hasSize(1);
  }

  @Test
  void step_thatReachesItsPartOfTheDisk_runsOnceMoreWithAllOfIt() throws Exception {
    StepResult result = run(FailureCode.SPILL_LIMIT, List.of(), 100);

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(tried)
        .containsExactly(
            spilling(admission.share(StepSpec.Resources.DEFAULT)), spilling(admission.whole()));
  }

  @Test
  void stepsThatRunAtOnce_mayNotSpillMoreThanIsFree() throws Exception {
    disk.publish(STEP, 200L << 20);
    run(List.of(), 1);

    long most = tried.getFirst().spill().bytes();
    assertThat(2 * most).isLessThanOrEqualTo(800L << 20).isGreaterThan(600L << 20);
  }

  private Share spilling(Share share) {
    return share.spilling(disk.spill(admission.part(share)));
  }

  private StepResult run(List<Written> written, int succeedsAt) throws Exception {
    return run(FailureCode.OUT_OF_MEMORY, written, succeedsAt);
  }

  /** Runs a step that runs out of something before it succeeds at the given try. */
  private StepResult run(FailureCode failure, List<Written> written, int succeedsAt)
      throws Exception {
    StepRunner runner =
        attempt -> {
          tried.add(attempt.share());
          return tried.size() == succeedsAt
              ? new StepResult.Succeeded(STEP, "1", Duration.ZERO, StepOutputs.NONE, List.of())
              : new StepResult.Failed(
                  STEP, "1", Duration.ZERO, Failure.of(failure, "too little"), written);
        };
    return new AdmittedStepRunner(runner, admission).run(attempt());
  }

  private StepAttempt attempt() throws Exception {
    StepSpec spec =
        new StepSpec(
            STEP, "1", "c", Map.of(), Map.of(), null, StepSpec.Resources.DEFAULT, null, null);
    ComponentSpec component =
        new ComponentSpec(
            "c",
            "1",
            1,
            ComponentKind.PROCESSOR,
            "",
            ComponentSpec.Inputs.ANY,
            List.of(),
            List.of());
    StepAttempt.Surroundings surroundings =
        new StepAttempt.Surroundings(
            SessionDirectory.create(root, new SessionId("s")),
            new GrantedPaths(root, List.of(), root),
            disk,
            new Redaction(),
            new StopSignal(),
            event -> {},
            CommitLedger.NONE);
    return new StepAttempt(
        spec,
        component,
        InputResolver.resolve(Map.of(), step -> Optional.empty(), root),
        admission.whole(),
        surroundings);
  }
}
