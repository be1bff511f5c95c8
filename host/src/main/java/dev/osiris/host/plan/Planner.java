package dev.osiris.host.plan;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.host.config.HostConfig;
import dev.osiris.host.param.ConfigReferences;
import dev.osiris.host.param.ParamResolver;
import dev.osiris.host.pipeline.Pipeline;
import dev.osiris.host.pipeline.PipelineException;
import dev.osiris.host.pipeline.PipelineProblem;
import dev.osiris.host.pipeline.PipelineStep;
import dev.osiris.host.pipeline.ProblemLog;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.session.Grant;
import dev.osiris.step.StepId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a plan of a pipeline: the same plan for the same pipeline, parameters and components. */
public final class Planner {

  private final ComponentCatalog catalog;
  private final boolean workerMayKnowMore;

  /**
   * Plans with what the host knows of components.
   *
   * @param workerMayKnowMore whether a component that the catalog lacks is left to the worker, with
   *     a note, or refused
   */
  public Planner(ComponentCatalog catalog, boolean workerMayKnowMore) {
    this.catalog = catalog;
    this.workerMayKnowMore = workerMayKnowMore;
  }

  /**
   * Plans a run.
   *
   * @throws PipelineException with all problems
   */
  public Planned plan(Pipeline pipeline, PlanSettings settings) {
    ProblemLog problems = new ProblemLog(pipeline.source());
    List<String> notes = new ArrayList<>();
    Map<StepId, CheckedStep> checked = check(pipeline, settings, problems, notes);
    InputPlanner inputs = new InputPlanner(checked, problems);
    Map<StepId, PlannedStep> planned = new LinkedHashMap<>();
    for (CheckedStep step : checked.values()) {
      planned.put(step.step().id(), planned(step, inputs));
    }
    List<Grant> grants =
        new GrantPlanner(settings.config().paths(), problems).grants(checked.values());
    problems.throwIfAny();
    List<PlannedStep> ordered =
        StepOrder.of(pipeline.steps()).stream()
            .map(id -> Objects.requireNonNull(planned.get(id)))
            .toList();
    return new Planned(new Plan(pipeline.name(), ordered), grants, notes);
  }

  /** Adds what is wrong with the steps themselves to what is wrong with their text. */
  public PipelineException withStepProblems(PipelineException broken, PlanSettings settings) {
    ProblemLog problems = new ProblemLog("");
    broken.problems().forEach(problems::add);
    broken
        .partial()
        .ifPresent(partial -> {
          ProblemLog ofSteps = new ProblemLog(partial.source());
          check(partial, settings, ofSteps, new ArrayList<>());
          ofSteps.all().forEach(problems::add);
        });
    return new PipelineException(problems.all());
  }

  private Map<StepId, CheckedStep> check(
      Pipeline pipeline, PlanSettings settings, ProblemLog problems, List<String> notes) {
    Map<String, YamlNode> params =
        new ParamResolver(pipeline, settings.config().run(), settings.environment(), problems)
            .resolve();
    ConfigReferences references =
        new ConfigReferences(params, pipeline.params().keySet(), problems);
    StepChecker checker =
        new StepChecker(
            catalog, workerMayKnowMore, settings.connections(), references, problems, notes);
    Map<StepId, CheckedStep> checked = new LinkedHashMap<>();
    for (PipelineStep step : pipeline.steps()) {
      checked.put(step.id(), checker.check(step));
    }
    refuseUnused(pipeline, settings.config().run(), references.used(), problems);
    return checked;
  }

  /** A flag for a parameter that nothing declares and nothing uses is a slip. */
  private static void refuseUnused(
      Pipeline pipeline, HostConfig.Run run, Set<String> used, ProblemLog problems) {
    Set<String> known = new LinkedHashSet<>(pipeline.params().keySet());
    known.addAll(used);
    for (String name : run.params().keySet()) {
      if (!known.contains(name)) {
        problems.add(
            new PipelineProblem(
                "--param " + name,
                Position.NONE,
                null,
                "the pipeline has no parameter '" + name + "'" + problems.suggest(name, known)));
      }
    }
  }

  private static PlannedStep planned(CheckedStep checked, InputPlanner inputs) {
    PipelineStep step = checked.step();
    @Nullable Path baseDir = checked.baseDir();
    return new PlannedStep(
        step.id(),
        step.component(),
        checked.config(),
        step.needs(),
        inputs.inputs(checked),
        baseDir == null ? null : baseDir.toString(),
        step.resources(),
        step.timeout(),
        step.retry(),
        checked.connection(),
        checked.keepsState(),
        null);
  }
}
