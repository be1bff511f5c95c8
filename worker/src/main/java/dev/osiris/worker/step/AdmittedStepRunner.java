package dev.osiris.worker.step;

import dev.osiris.failure.FailureCode;
import dev.osiris.session.Event;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.worker.duckdb.Share;

/**
 * Lets a step start when its share of memory is free. One that ran out of a part of the memory runs
 * once more with all of it, so that no step fails beside others that succeeds alone.
 */
public final class AdmittedStepRunner implements StepRunner {

  private final StepRunner next;
  private final Admission admission;

  public AdmittedStepRunner(StepRunner next, Admission admission) {
    this.next = next;
    this.admission = admission;
  }

  @Override
  public StepResult run(StepAttempt attempt) throws Exception {
    Share share = admission.share(attempt.spec().resources());
    StepResult result = runWith(share, attempt);
    boolean outOfShare =
        result instanceof StepResult.Failed failed
            && failed.failure().code() == FailureCode.OUT_OF_MEMORY
            && failed.written().isEmpty()
            && !attempt.stop().stopped();
    return outOfShare && share.memory().compareTo(admission.whole().memory()) < 0
        ? runWith(new Share(admission.whole().memory(), share.threads()), attempt)
        : result;
  }

  private StepResult runWith(Share share, StepAttempt attempt) throws Exception {
    if (!admission.free(share)) {
      StepSpec spec = attempt.spec();
      attempt
          .events()
          .keep(
              new Event.StepQueued(
                  spec.id(),
                  spec.attempt(),
                  "waits for " + share.memory() + " of DuckDB memory that other steps hold"));
    }
    admission.acquire(share, attempt.stop());
    try {
      return next.run(attempt.with(share));
    } finally {
      admission.release(share);
    }
  }
}
