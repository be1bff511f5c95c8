package dev.osiris.host.run;

import dev.osiris.host.plan.Plan;
import dev.osiris.host.plan.PlannedStep;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.store.KeptState;
import dev.osiris.host.run.store.PipelineState;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.run.store.StateStore;
import dev.osiris.step.StepId;
import dev.osiris.step.StepState;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one run remember: read when it begins, moved on when all of it has succeeded,
 * and nobody else's in between. A run whose steps remember nothing touches no file.
 */
final class RunStates implements AutoCloseable {
  private final Plan plan;
  private final StateStore.@Nullable Held held;

  private RunStates(Plan plan, StateStore.@Nullable Held held) {
    this.plan = plan;
    this.held = held;
  }

  /**
   * Takes the pipeline's state.
   *
   * @throws SessionInUse when another run has it
   */
  static RunStates of(Plan plan, RunOptions options) throws SessionInUse, IOException {
    if (!plan.keepsState()) {
      return new RunStates(plan, null);
    }
    StateStore.Held held = new StateStore(options.sessionRoot()).hold(plan.pipeline());
    boolean done = false;
    try {
      Map<StepId, KeptState> kept =
          options.fullRefresh() ? Map.of() : held.read().map(PipelineState::steps).orElse(Map.of());
      Plan withStates =
          new Plan(plan.pipeline(), plan.steps().stream().map(s -> withState(s, kept)).toList());
      done = true;
      return new RunStates(withStates, held);
    } finally {
      if (!done) {
        held.close();
      }
    }
  }

  private static PlannedStep withState(PlannedStep step, Map<StepId, KeptState> kept) {
    KeptState last = step.keepsState() ? kept.get(step.id()) : null;
    return last == null ? step : step.withState(last.state());
  }

  /** The plan whose steps get what they left last. */
  Plan plan() {
    return plan;
  }

  /** Keeps what the steps have left for the next run; steps that are not of this run stay. */
  void commit(RunReport report, Instant now) throws IOException {
    if (held == null) {
      return;
    }
    Map<StepId, KeptState> steps = new LinkedHashMap<>();
    held.read().map(PipelineState::steps).ifPresent(steps::putAll);
    for (PlannedStep step : plan.steps()) {
      if (step.keepsState()) {
        // A step that has read all anew and found nothing has nothing to go on from.
        left(report, step.id())
            .ifPresentOrElse(
                state ->
                    steps.put(
                        step.id(), new KeptState(step.component(), report.sessionId(), now, state)),
                () -> steps.remove(step.id()));
      }
    }
    held.write(new PipelineState(plan.pipeline(), steps));
  }

  private static Optional<StepState> left(RunReport report, StepId id) {
    return report.steps().stream()
        .filter(step -> step.id().equals(id))
        .map(StepReport::outputs)
        .findFirst()
        .flatMap(outputs -> Optional.ofNullable(outputs.state()));
  }

  @Override
  public void close() throws IOException {
    if (held != null) {
      held.close();
    }
  }
}
