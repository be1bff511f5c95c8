package dev.osiris.worker.step;

import dev.osiris.step.StepResult;

/**
 * Runs one attempt of a step to its end. The runners below {@link FailureMappingStepRunner} may
 * throw; from it upwards none does.
 */
@FunctionalInterface
public interface StepRunner {

  StepResult run(StepAttempt attempt) throws Exception;
}
