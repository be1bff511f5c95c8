package dev.osiris.worker.step;

import dev.osiris.failure.FailureCode;
import dev.osiris.session.Event;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.worker.duckdb.Share;

/**
 * Lets a step start when its share of memory is free. One that ran out of a part of the memory runs
 * once more with all of it, so that no step fails beside others that succeeds alone; and one that
 * ran out of all of it once more with one thread, since each thread of a sort or an aggregate holds
 * buffers that cannot be spilled.
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
    while (ranOutOfShare(result, attempt)) {
      Share roomier = roomierThan(share);
      if (roomier.equals(share)) {
        break;
      }
      share = roomier;
      result = runWith(share, attempt);
    }
    return result;
  }

  private Share roomierThan(Share share) {
    Share whole = admission.whole();
    return share.memory().compareTo(whole.memory()) < 0
        ? new Share(whole.memory(), share.threads())
        : share.singleThreaded();
  }

  private static boolean ranOutOfShare(StepResult result, StepAttempt attempt) {
    return result instanceof StepResult.Failed failed
        && failed.failure().code() == FailureCode.OUT_OF_MEMORY
        && failed.written().isEmpty()
        && !attempt.stop().stopped();
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
