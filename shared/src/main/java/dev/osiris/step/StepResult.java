package dev.osiris.step;

import dev.osiris.failure.Failure;
import java.time.Duration;
import java.util.List;

/** How an attempt of a step ended. There is no fourth way. */
public sealed interface StepResult {

  StepId step();

  String attempt();

  /**
   * From the start of the driver to the end of publication, without the time spent waiting for
   * resources.
   */
  Duration elapsed();

  /** Outputs are published and targets are committed. */
  record Succeeded(
      StepId step, String attempt, Duration elapsed, StepOutputs outputs, List<Written> written)
      implements StepResult {
    public Succeeded {
      written = List.copyOf(written);
    }
  }

  /**
   * Nothing was published. {@code written} names targets that were committed before the failure.
   */
  record Failed(
      StepId step, String attempt, Duration elapsed, Failure failure, List<Written> written)
      implements StepResult {
    public Failed {
      written = List.copyOf(written);
    }
  }

  /** The step was asked to stop and has stopped; nothing was published. */
  record Cancelled(StepId step, String attempt, Duration elapsed) implements StepResult {}
}
