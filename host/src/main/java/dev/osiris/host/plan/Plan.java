package dev.osiris.host.plan;

import java.util.List;

/**
 * What a run will do: the same for the same pipeline, parameters and components.
 *
 * @param pipeline the pipeline's name
 * @param steps in an order in which every step comes after those that it needs
 */
public record Plan(String pipeline, List<PlannedStep> steps) {

  public Plan {
    steps = List.copyOf(steps);
  }

  /** Whether a step remembers from run to run how far it has come. */
  public boolean keepsState() {
    return steps.stream().anyMatch(PlannedStep::keepsState);
  }
}
