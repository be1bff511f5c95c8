package dev.osiris.step;

import org.jspecify.annotations.Nullable;

/**
 * Which output of an earlier step an input reads.
 *
 * @param step the step that published it
 * @param output a table or a file of that step by name; {@code null} for all its tables
 */
public record InputRef(StepId step, @Nullable String output) {

  /** {@code step} or {@code step.output}, as a pipeline writes it. */
  @Override
  public String toString() {
    return output == null ? step.value() : step.value() + "." + output;
  }
}
