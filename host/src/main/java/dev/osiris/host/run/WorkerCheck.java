package dev.osiris.host.run;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigProblem;
import dev.osiris.component.ConfigValidator;
import dev.osiris.component.Suggestion;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.plan.PlannedStep;
import dev.osiris.step.StepId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Holds a plan against what the worker at hand can run. */
final class WorkerCheck {

  private WorkerCheck() {}

  /** What is wrong, by step; empty when the worker can run all of it. */
  static Map<StepId, Failure> problems(Plan plan, List<ComponentSpec> components) {
    ComponentCatalog catalog = ComponentCatalog.of(components);
    Map<StepId, Failure> problems = new LinkedHashMap<>();
    for (PlannedStep step : plan.steps()) {
      problem(step, catalog).ifPresent(failure -> problems.put(step.id(), failure));
    }
    return problems;
  }

  private static Optional<Failure> problem(PlannedStep step, ComponentCatalog catalog) {
    Optional<ComponentSpec> component = catalog.find(step.component());
    if (component.isEmpty()) {
      return Optional.of(
          Failure.of(
                  FailureCode.COMPONENT_UNKNOWN,
                  "the worker has no component '"
                      + step.component()
                      + "'"
                      + Suggestion.phrase(step.component(), catalog.names()))
              .advise(
                  "See what there is with 'osiris drivers list'; add jars with --drivers DIR."));
    }
    List<ConfigProblem> problems = ConfigValidator.problems(component.get(), step.config());
    if (problems.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Failure.of(
            FailureCode.CONFIG_INVALID,
            problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("; "))));
  }
}
