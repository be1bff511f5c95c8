package dev.osiris.worker.session;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigProblem;
import dev.osiris.component.ConfigValidator;
import dev.osiris.driver.StepInput;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepSpec;
import dev.osiris.worker.duckdb.Share;
import dev.osiris.worker.step.CommitLedger;
import dev.osiris.worker.step.EventSink;
import dev.osiris.worker.step.InputResolver;
import dev.osiris.worker.step.StepAttempt;
import dev.osiris.worker.step.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes of a command an attempt that can run: finds the component, checks the configuration,
 * resolves the inputs.
 *
 * @param shared what all attempts of the session share
 */
record StepPreparation(ComponentCatalog components, StepAttempt.Surroundings shared) {

  /**
   * Prepares an attempt.
   *
   * @param published what each step has left so far
   * @param events where the attempt's events go
   * @param commits of the step, given what stops the attempt
   * @throws StepException saying why the step cannot run
   */
  StepAttempt prepare(
      StepSpec spec,
      Function<StepId, Optional<StepOutputs>> published,
      EventSink events,
      Function<StopSignal, CommitLedger> commits) {
    ComponentSpec component = component(spec);
    List<ConfigProblem> problems = ConfigValidator.problems(component, spec.config());
    if (!problems.isEmpty()) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          String.join("; ", problems.stream().map(ConfigProblem::toString).toList()));
    }
    InputResolver.Inputs inputs =
        InputResolver.resolve(spec.inputs(), published, shared.directory().root());
    checkInputCount(spec, component, inputs.all());
    StopSignal stop = new StopSignal();
    return new StepAttempt(
        spec,
        component,
        inputs,
        new Share(MemoryBudget.PER_THREAD, 1),
        new StepAttempt.Surroundings(
            shared.directory(),
            shared.paths(),
            shared.disk(),
            shared.redaction(),
            stop,
            events,
            commits.apply(stop)));
  }

  private ComponentSpec component(StepSpec spec) {
    return components
        .find(spec.component())
        .orElseThrow(() ->
            StepException.of(
                FailureCode.COMPONENT_UNKNOWN,
                "this worker has no component '" + spec.component() + "'",
                "it has " + String.join(", ", components.names())));
  }

  private static void checkInputCount(
      StepSpec spec, ComponentSpec component, List<StepInput> inputs) {
    if (component.inputs() == ComponentSpec.Inputs.ONE_TABLE && inputs.size() != 1) {
      List<String> labels = new ArrayList<>();
      inputs.forEach(input ->
          labels.add(
              input instanceof StepInput.Table table
                  ? input.name() + "." + table.table()
                  : input.name()));
      throw StepException.of(
          inputs.isEmpty() ? FailureCode.INPUT_MISSING : FailureCode.INPUT_UNSUITABLE,
          "step '"
              + spec.id()
              + "' takes one table and has "
              + (inputs.isEmpty() ? "none" : String.join(", ", labels)),
          inputs.isEmpty()
              ? "name the step that makes it under needs"
              : "name one of them, such as inputs: {input: " + labels.getFirst() + "}");
    }
  }
}
