package dev.osiris.worker.session;

import dev.osiris.failure.Failure;
import dev.osiris.step.StepResult;

/** What became of a RunStep. */
public sealed interface RunAnswer {
  /** It runs, or ran before; its events tell the rest. */
  record Accepted() implements RunAnswer {}

  /** It ran before and has ended like this. */
  record Ended(StepResult result) implements RunAnswer {}

  /** It cannot run; nothing has changed. */
  record Rejected(Failure failure) implements RunAnswer {}
}
