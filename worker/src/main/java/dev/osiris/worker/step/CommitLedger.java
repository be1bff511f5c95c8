package dev.osiris.worker.step;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.PendingCommit;
import java.util.List;

/** The commits of one step at targets outside the session, as the journal knows them. */
public interface CommitLedger {

  /** Begun and never heard of; oldest first. */
  List<PendingCommit> unsettled();

  /**
   * Returns when it is on the disk that the commit begins.
   *
   * @throws StepException when nothing may be committed any more
   */
  void begin(PendingCommit commit);

  /** Of what belongs to no step. */
  CommitLedger NONE =
      new CommitLedger() {
        @Override
        public List<PendingCommit> unsettled() {
          return List.of();
        }

        @Override
        public void begin(PendingCommit commit) {
          throw StepException.of(FailureCode.INTERNAL_ERROR, "no step runs that could commit");
        }
      };
}
