package dev.osiris.worker.step;

import dev.osiris.failure.FailureCode;
import dev.osiris.session.Event;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.worker.duckdb.Share;

/**
 * Lets a step start when its share of memory is free; what it may spill is shared in the same
 * parts. One that ran out of a part runs once more with all of it, so that no step fails beside
 * others that succeeds alone; and one that ran out of all of it once more with one thread, since
 * each thread of a sort or an aggregate holds buffers that cannot be spilled.
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
    while (result instanceof StepResult.Failed failed && mayRunAgain(failed, attempt)) {
      Share roomier = roomierThan(share, failed.failure().code());
      if (roomier.equals(share)) {
        break;
      }
      share = roomier;
      result = runWith(share, attempt);
    }
    return result;
  }

  /** The same share where there is nothing roomier for such a failure. */
  private Share roomierThan(Share share, FailureCode failure) {
    Share whole = admission.whole();
    boolean part = share.memory().compareTo(whole.memory()) < 0;
    return switch (failure) {
      case OUT_OF_MEMORY ->
          part ? new Share(whole.memory(), share.threads()) : share.singleThreaded();
      case SPILL_LIMIT -> part ? new Share(whole.memory(), share.threads()) : share;
      default -> share;
    };
  }

  private static boolean mayRunAgain(StepResult.Failed failed, StepAttempt attempt) {
    return failed.written().isEmpty() && !attempt.stop().stopped();
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
      return next.run(
          attempt.with(share.spilling(attempt.surroundings().disk().spill(admission.part(share)))));
    } finally {
      admission.release(share);
    }
  }
}
