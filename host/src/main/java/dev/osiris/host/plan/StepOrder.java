package dev.osiris.host.plan;

import dev.osiris.host.pipeline.PipelineStep;
import dev.osiris.step.StepId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** The order of a plan: of the steps that are ready, the first one in the file. Pure function. */
final class StepOrder {

  private StepOrder() {}

  /**
   * Sorts.
   *
   * @param steps whose needs are among them and form no cycle
   */
  static List<StepId> of(List<PipelineStep> steps) {
    Map<StepId, List<Integer>> waiting = new HashMap<>();
    int[] missing = new int[steps.size()];
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < steps.size(); i++) {
      missing[i] = steps.get(i).needs().size();
      for (StepId need : steps.get(i).needs()) {
        waiting.computeIfAbsent(need, _ -> new ArrayList<>()).add(i);
      }
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    List<StepId> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      StepId next = steps.get(ready.remove()).id();
      order.add(next);
      for (int i : waiting.getOrDefault(next, List.of())) {
        if (--missing[i] == 0) {
          ready.add(i);
        }
      }
    }
    return order;
  }
}
