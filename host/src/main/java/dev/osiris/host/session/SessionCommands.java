package dev.osiris.host.session;

import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a run asks of its session. Safe between threads. */
public interface SessionCommands {

  /**
   * Runs a step. The future completes with how it ended, or exceptionally with {@link SessionLost}
   * when that will never be known here.
   */
  CompletableFuture<StepResult> runStep(StepSpec step);

  /** Asks a step to stop; its end comes through its own future. */
  void cancelStep(StepId step, String attempt);

  /** Has outputs deleted that no later step reads. */
  void release(List<StepId> steps);
}
