package dev.osiris.host.run;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.plan.Plan;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import java.util.Set;

/**
 * What one worker has to give to the steps of a plan.
 *
 * @param memory of its sandbox
 * @param duckdb what its DuckDB instances share
 * @param lone steps that never run beside another one
 */
record WorkerRoom(ByteSize memory, ByteSize duckdb, Set<StepId> lone) {

  static WorkerRoom of(ByteSize memory, MemoryBudget budget, Plan plan) {
    return new WorkerRoom(memory, budget.duckdb(), LoneSteps.of(plan));
  }

  /**
   * A step with its share of the worker: one beside which nothing can run gets all, unless it says
   * what it wants.
   */
  StepSpec sized(StepSpec step) {
    if (step.resources().memory() != null || !lone.contains(step.id())) {
      return step;
    }
    return new StepSpec(
        step.id(),
        step.attempt(),
        step.component(),
        step.config(),
        step.inputs(),
        step.baseDir(),
        new StepSpec.Resources(duckdb, step.resources().threads()),
        step.timeout(),
        step.connection(),
        step.state());
  }
}
