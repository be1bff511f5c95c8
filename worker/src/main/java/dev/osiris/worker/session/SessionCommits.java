package dev.osiris.worker.session;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepSpec;
import dev.osiris.worker.step.CommitLedger;
import dev.osiris.worker.step.StopSignal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The commits of one attempt's step, in the ledger and the journal of its session.
 *
 * @param known what the ledger has of the step
 * @param keep tells the ledger and the journal; completes when the event is durable
 * @param stop of the attempt
 */
record SessionCommits(
    Session.Setup setup,
    StepSpec spec,
    Supplier<List<PendingCommit>> known,
    Function<Event, CompletableFuture<JournalEntry>> keep,
    StopSignal stop)
    implements CommitLedger {

  @Override
  public List<PendingCommit> unsettled() {
    return known.get();
  }

  @Override
  public void begin(PendingCommit commit) {
    checkLease();
    JournalEntry begun = journalled(new Event.CommitBegun(spec.id(), spec.attempt(), commit));
    if (setup.acknowledgeCommits()) {
      // Where this disk goes with the worker, the host's copy of the journal is the one that stays.
      setup
          .acknowledgements()
          .await(begun.sequence(), () -> stop.stopped() || setup.lease().ended());
    }
    checkLease();
  }

  private JournalEntry journalled(Event event) {
    try {
      return keep.apply(event).join();
    } catch (CompletionException unwritten) {
      throw new StepException(
          Failure.of(
                  FailureCode.INTERNAL_ERROR,
                  "the journal of the session cannot be written, so nothing was committed")
              .advise("look for a full or broken disk"),
          unwritten.getCause());
    }
  }

  private void checkLease() {
    if (setup.lease().ended()) {
      throw StepException.of(
          FailureCode.WORKER_LOST,
          "the worker's lease has ended, so nothing was committed",
          "another worker may run the step by now");
    }
  }
}
