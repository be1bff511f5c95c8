package dev.osiris.host.run;

import dev.osiris.host.plan.Plan;
import dev.osiris.host.plan.PlannedStep;
import dev.osiris.step.StepId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which steps of a plan can never run beside another one, because all others come before or after
 * them. Such a step may have all of the worker's memory; the worker cannot know it, since it never
 * sees the plan.
 */
final class LoneSteps {

  private LoneSteps() {}

  /** The lone steps; in a plan that is a chain, all of them. */
  static Set<StepId> of(Plan plan) {
    Map<StepId, Set<StepId>> before = new HashMap<>();
    Map<StepId, Integer> related = new HashMap<>();
    for (PlannedStep step : plan.steps()) {
      Set<StepId> mine = new HashSet<>(step.needs());
      step.needs().forEach(need -> mine.addAll(before.getOrDefault(need, Set.of())));
      before.put(step.id(), mine);
      related.merge(step.id(), mine.size(), Integer::sum);
      mine.forEach(earlier -> related.merge(earlier, 1, Integer::sum));
    }
    Set<StepId> lone = new HashSet<>();
    related.forEach((step, others) -> {
      if (others == plan.steps().size() - 1) {
        lone.add(step);
      }
    });
    return lone;
  }
}
