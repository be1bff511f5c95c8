package dev.osiris.host.pipeline;

import dev.osiris.step.StepId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds steps that need each other in a circle. Used once. */
final class CycleFinder {

  private final List<PipelineStep> steps;
  private final Map<StepId, PipelineStep> byId = new HashMap<>();
  private final Set<StepId> finished = new HashSet<>();
  private final Set<StepId> reported = new HashSet<>();
  private final List<PipelineStep> path = new ArrayList<>();
  private final Map<StepId, Integer> places = new HashMap<>();
  private final List<List<PipelineStep>> cycles = new ArrayList<>();

  CycleFinder(List<PipelineStep> steps) {
    this.steps = steps;
    steps.forEach(step -> byId.putIfAbsent(step.id(), step));
  }

  /** One cycle for each knot, each step followed by one that it needs, in the order of the file. */
  List<List<PipelineStep>> cycles() {
    steps.forEach(this::visit);
    return cycles;
  }

  // As deep as the longest chain of needs, of which there are at most PipelineParser.MAX_STEPS.
  private void visit(PipelineStep step) {
    if (finished.contains(step.id())) {
      return;
    }
    Integer start = places.get(step.id());
    if (start != null) {
      report(List.copyOf(path.subList(start, path.size())));
      return;
    }
    places.put(step.id(), path.size());
    path.add(step);
    for (StepId need : step.needs()) {
      PipelineStep needed = byId.get(need);
      if (needed != null) {
        visit(needed);
      }
    }
    path.removeLast();
    places.remove(step.id());
    finished.add(step.id());
  }

  private void report(List<PipelineStep> cycle) {
    if (cycle.stream().noneMatch(step -> reported.contains(step.id()))) {
      cycle.forEach(step -> reported.add(step.id()));
      cycles.add(cycle);
    }
  }
}
