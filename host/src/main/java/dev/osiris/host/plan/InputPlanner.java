package dev.osiris.host.plan;

import dev.osiris.component.ComponentSpec.Inputs;
import dev.osiris.host.pipeline.PipelineStep;
import dev.osiris.host.pipeline.ProblemLog;
import dev.osiris.host.yaml.Position;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settles what each step reads. */
final class InputPlanner {

  private final Map<StepId, CheckedStep> steps;
  private final ProblemLog problems;

  InputPlanner(Map<StepId, CheckedStep> steps, ProblemLog problems) {
    this.steps = steps;
    this.problems = problems;
  }

  /** The step's inputs in the order of the pipeline. */
  Map<String, InputRef> inputs(CheckedStep checked) {
    PipelineStep step = checked.step();
    Map<String, InputRef> named = step.inputs();
    Inputs takes = checked.spec() == null ? Inputs.ANY : checked.spec().inputs();
    if (named != null) {
      named.forEach((name, input) -> checkProducer(checked, name, input));
    }
    return switch (takes) {
      case NONE -> none(checked, named);
      case ONE_TABLE -> one(checked, named == null ? fromNeeds(step) : named);
      case ANY -> named == null ? fromNeeds(step) : named;
    };
  }

  private Map<String, InputRef> none(CheckedStep checked, @Nullable Map<String, InputRef> named) {
    if (named != null && !named.isEmpty()) {
      problem(
          checked,
          checked.step().component()
              + " takes no inputs; to wait for other steps write 'needs: ["
              + ids(named.values())
              + "]'");
    }
    return Map.of();
  }

  private Map<String, InputRef> one(CheckedStep checked, Map<String, InputRef> inputs) {
    String component = checked.step().component();
    if (inputs.isEmpty()) {
      problem(
          checked,
          component
              + " takes one table and none of the steps it needs makes one; name it:"
              + " 'inputs: {input: <step>}'");
    } else if (inputs.size() > 1) {
      InputRef first = inputs.values().iterator().next();
      problem(
          checked,
          component
              + " takes one table and would get "
              + inputs.size()
              + " ("
              + inputs.values().stream().map(InputRef::toString).collect(Collectors.joining(", "))
              + "); choose one: 'inputs: {input: "
              + first
              + "}'");
    } else {
      checkOneTable(checked, inputs.values().iterator().next());
    }
    return inputs;
  }

  private void checkOneTable(CheckedStep checked, InputRef input) {
    CheckedStep producer = steps.get(input.step());
    if (producer == null || input.output() != null) {
      return;
    }
    List<String> tables = List.copyOf(producer.tables());
    if (tables.size() > 1) {
      problem(
          checked,
          checked.step().component()
              + " takes one table, and '"
              + input.step()
              + "' makes "
              + tables.size()
              + " ("
              + String.join(", ", tables)
              + "); choose one: 'inputs: {input: "
              + input.step()
              + "."
              + tables.getFirst()
              + "}'");
    }
  }

  private Map<String, InputRef> fromNeeds(PipelineStep step) {
    Map<String, InputRef> inputs = new LinkedHashMap<>();
    for (StepId need : step.needs()) {
      CheckedStep needed = steps.get(need);
      if (needed != null && needed.hasOutputs()) {
        inputs.put(need.value(), new InputRef(need, null));
      }
    }
    return inputs;
  }

  private void checkProducer(CheckedStep checked, String name, InputRef input) {
    CheckedStep producer = steps.get(input.step());
    if (producer != null && !producer.hasOutputs()) {
      problem(
          checked,
          "input '"
              + name
              + "' reads step '"
              + input.step()
              + "', which is a writer and makes nothing to read; to wait for it write 'needs: ["
              + input.step()
              + "]'");
    }
  }

  private void problem(CheckedStep checked, String message) {
    PipelineStep step = checked.step();
    Position at = step.inputs() == null ? step.places().needs() : step.places().inputs();
    problems.add(at, step.id().value(), message);
  }

  private static String ids(Collection<InputRef> inputs) {
    Set<String> ids =
        inputs.stream()
            .map(input -> input.step().value())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return String.join(", ", ids);
  }
}
