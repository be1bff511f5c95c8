package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.plan.PlannedStep;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.report.StepStatus;
import dev.osiris.host.session.SessionCommands;
import dev.osiris.host.session.SessionLost;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends one worker the steps of a plan whose needs are met, until all have succeeded, one has
 * failed for good, somebody asked to stop, or the worker is gone or too small for what is left;
 * then waits for those that run. Decides on one thread.
 */
final class StepDispatcher {
  // As long as a worker may take to stop its steps.
  private static final Duration CANCEL_FOR = Duration.ofSeconds(15);

  /**
   * How one worker's turn went.
   *
   * @param stop why the run stops early, when somebody asked
   * @param lost how the session was lost, when it was
   * @param nextMemory what another worker needs to go on with the run; {@code null} when there is
   *     nothing for it to do
   */
  record Outcome(@Nullable Stop stop, @Nullable SessionLost lost, @Nullable ByteSize nextMemory) {}

  private sealed interface Happening {
    record Ended(StepSpec sent, @Nullable StepResult result, @Nullable SessionLost lost)
        implements Happening {}

    record StopAsked(Stop why) implements Happening {}
  }

  private final SessionCommands session;
  private final RunLedger ledger;
  private final WorkerRoom room;
  private final Retries retries;
  private final RunOptions options;
  private final RunEvents events;
  private final LongSupplier nanos;
  private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();

  private final Map<StepId, StepSpec> sent = new HashMap<>();

  private boolean failed;
  // More than this worker has, once a step is to be tried again with more.
  private @Nullable ByteSize wanted;
  private @Nullable Stop stop;
  private @Nullable SessionLost lost;
  private long cancelDue = Long.MAX_VALUE;

  StepDispatcher(
      SessionCommands session,
      RunLedger ledger,
      WorkerRoom room,
      RunOptions options,
      RunEvents events,
      LongSupplier nanos) {
    this.session = session;
    this.ledger = ledger;
    this.room = room;
    this.retries = new Retries(options.retryMemory());
    this.options = options;
    this.events = events;
    this.nanos = nanos;
  }

  /** From any thread: cancel what runs and send nothing more. */
  void stop(Stop why) {
    happenings.add(new Happening.StopAsked(why));
  }

  /**
   * Returns when no step runs any more, and none will be sent.
   *
   * @param deadline by the clock, after which the run is over time
   */
  Outcome run(long deadline) throws InterruptedException {
    ledger.open();
    while (true) {
      sendReady();
      if (ledger.running().isEmpty() && (!sends() || !ledger.hasWaiting())) {
        return outcome();
      }
      long due = stop == null ? Math.min(deadline, nextDue()) : cancelDue;
      Happening happening = happenings.poll(due - nanos.getAsLong(), TimeUnit.NANOSECONDS);
      switch (happening) {
        case null -> {
          if (nanos.getAsLong() >= (stop == null ? deadline : cancelDue)) {
            overdue();
          }
        }
        case Happening.Ended ended -> ended(ended);
        case Happening.StopAsked(Stop why) -> cancelAll(why);
      }
    }
  }

  private Outcome outcome() {
    boolean here = lost == null && wanted != null;
    boolean elsewhere = lost != null && lost.endedTheWorker();
    boolean goesOn = !failed && stop == null && ledger.hasWaiting() && (here || elsewhere);
    return new Outcome(stop, lost, goesOn ? (wanted == null ? room.memory() : wanted) : null);
  }

  private boolean sends() {
    return !failed && stop == null && lost == null && wanted == null;
  }

  private long nextDue() {
    boolean free = sends() && ledger.running().size() < options.parallel();
    return free ? ledger.nextDue() : Long.MAX_VALUE;
  }

  private void sendReady() {
    while (sends() && ledger.running().size() < options.parallel()) {
      PlannedStep step = ledger.nextReady().orElse(null);
      if (step == null) {
        return;
      }
      send(step);
    }
  }

  private void send(PlannedStep step) {
    StepId id = step.id();
    StepSpec unheard = ledger.send(id).orElse(null);
    StepSpec spec =
        unheard == null
            ? room.sized(step.attempt(Integer.toString(ledger.tried(id).attempts())))
            : unheard;
    sent.put(id, spec);
    events.stepSent(id);
    var unused =
        session
            .runStep(spec)
            .whenComplete((result, problem) ->
                happenings.add(
                    new Happening.Ended(
                        spec, result, problem instanceof SessionLost gone ? gone : null)));
  }

  private void ended(Happening.Ended ended) {
    StepId id = ended.sent().id();
    if (sent.remove(id) == null) {
      return;
    }
    StepResult result = ended.result();
    lost = ended.lost() == null ? lost : ended.lost();
    RunLedger.Comeback unheard = ledger.answered(id, result).orElse(null);
    if (unheard != null && result instanceof StepResult.Failed failed && diedWithIt(failed)) {
      // The journal has no end of it, and this host knows better why the worker died.
      if (failed.written().isEmpty()) {
        ledger.comesBack(id, unheard.asHeard());
      } else {
        over(id, ledger.ended(withFailure(failed, unheard.failure())));
      }
      return;
    }
    if (lost == null && result instanceof StepResult.Failed failed && diedWithIt(failed)) {
      // The worker closes the session by itself, and has no time for another step.
      lost = SessionLost.closed("a step was stopped that nobody here has cancelled");
    }
    if (!comesBack(ended)) {
      over(id, result == null ? lostStep(ended) : ledger.ended(asStopped(result)));
    }
  }

  private static boolean diedWithIt(StepResult.Failed failed) {
    return failed.failure().code() == FailureCode.WORKER_LOST;
  }

  private static StepResult withFailure(StepResult.Failed failed, Failure failure) {
    return new StepResult.Failed(
        failed.step(), failed.attempt(), failed.elapsed(), failure, failed.written());
  }

  private void over(StepId id, StepReport report) {
    events.stepEnded(report);
    if (report.status() != StepStatus.SUCCEEDED) {
      failed = true;
    } else if (options.retention() == RunOptions.Retention.EAGER) {
      List<StepId> unread = ledger.releasedBy(id);
      if (!unread.isEmpty()) {
        session.release(unread);
      }
    }
  }

  /** Puts a step that has failed back, where it is to be tried again. */
  private boolean comesBack(Happening.Ended ended) {
    Retries.Missed missed = missed(ended);
    if (missed == null || failed || stop != null) {
      return false;
    }
    StepId id = ended.sent().id();
    Retries.Again again = retries.after(missed, ledger.retry(id), ledger.tried(id)).orElse(null);
    if (again == null) {
      return false;
    }
    if (again.memory() != null) {
      ledger.hadMemory(id);
      wanted = again.memory().compareTo(room.memory()) > 0 ? again.memory() : wanted;
    }
    ledger.comesBack(
        id,
        new RunLedger.Comeback(
            missed.failure(),
            nanos.getAsLong() + again.pause().toNanos(),
            again.alone(),
            missed.workerEnded() ? ended.sent() : null));
    events.stepRetried(id, ledger.tried(id).attempts(), missed.failure(), again.pause());
    return true;
  }

  /** How an attempt failed; {@code null} when it did not, or may still be running. */
  private static Retries.@Nullable Missed missed(Happening.Ended ended) {
    SessionLost gone = ended.lost();
    if (gone != null && gone.endedTheWorker()) {
      return new Retries.Missed(gone.failure(), List.of(), true);
    }
    return ended.result() instanceof StepResult.Failed failed
        ? new Retries.Missed(failed.failure(), failed.written(), false)
        : null;
  }

  /** A step that was stopped because the run's time was over has failed of that. */
  private StepResult asStopped(StepResult result) {
    if (stop == Stop.TIMED_OUT && result instanceof StepResult.Cancelled cancelled) {
      return new StepResult.Failed(
          cancelled.step(), cancelled.attempt(), cancelled.elapsed(), timedOut(), List.of());
    }
    return result;
  }

  private StepReport lostStep(Happening.Ended ended) {
    StepId id = ended.sent().id();
    SessionLost gone = ended.lost();
    if (gone == null) {
      Failure defect =
          Failure.of(FailureCode.INTERNAL_ERROR, "the step's end could not be understood");
      return ledger.ended(id, StepStatus.UNKNOWN, defect);
    }
    if (gone.leavesStepsUnknown()) {
      return ledger.ended(id, StepStatus.UNKNOWN, gone.failure());
    }
    // Who asked for the stop has ended the sandbox too.
    return stop == Stop.INTERRUPTED || stop == Stop.TERMINATED
        ? ledger.ended(id, StepStatus.CANCELLED, null)
        : ledger.ended(id, StepStatus.FAILED, gone.failure());
  }

  private void cancelAll(Stop why) {
    if (stop != null) {
      return;
    }
    stop = why;
    cancelDue = nanos.getAsLong() + CANCEL_FOR.toNanos();
    sent.forEach((step, spec) -> session.cancelStep(step, spec.attempt()));
  }

  /** The run's time is over; or steps that were cancelled have not said so. */
  private void overdue() {
    if (stop == null) {
      events.note("the time limit of the run is over; its steps are cancelled");
      cancelAll(Stop.TIMED_OUT);
      return;
    }
    for (StepId step : List.copyOf(sent.keySet())) {
      sent.remove(step);
      boolean timedOut = stop == Stop.TIMED_OUT;
      events.stepEnded(
          ledger.ended(
              step,
              timedOut ? StepStatus.FAILED : StepStatus.CANCELLED,
              timedOut ? timedOut() : null));
    }
  }

  private Failure timedOut() {
    Duration limit = options.timeout();
    String text = limit == null ? "" : " of " + DurationText.of(limit);
    return Failure.of(
            FailureCode.TIMED_OUT, "the run's time limit" + text + " was over while the step ran")
        .advise("Set --timeout higher, or give the step less to do.");
  }
}
