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
import dev.osiris.unit.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sends the steps of a plan whose needs are met, until all have succeeded, one has failed or
 * somebody asked to stop; then waits for those that run. Decides on one thread.
 */
final class StepDispatcher {
  /** The attempt's name; a run makes one of each step. */
  private static final String ATTEMPT = "1";

  // As long as a worker may take to stop its steps.
  private static final Duration CANCEL_FOR = Duration.ofSeconds(15);

  private sealed interface Happening {
    record Ended(StepId step, @Nullable StepResult result, @Nullable SessionLost lost)
        implements Happening {}

    record StopAsked(Stop why) implements Happening {}
  }

  private final SessionCommands session;
  private final RunLedger ledger;
  private final RunOptions options;
  private final RunListener listener;
  private final UnaryOperator<StepSpec> sized;
  private final LongSupplier nanos;
  private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();

  private boolean failed;
  private @Nullable Stop stop;
  private @Nullable SessionLost lost;
  private long cancelDue = Long.MAX_VALUE;

  /**
   * @param sized a step with its share of the worker
   */
  StepDispatcher(
      SessionCommands session,
      RunLedger ledger,
      RunOptions options,
      RunListener listener,
      UnaryOperator<StepSpec> sized,
      LongSupplier nanos) {
    this.session = session;
    this.ledger = ledger;
    this.options = options;
    this.listener = listener;
    this.sized = sized;
    this.nanos = nanos;
  }

  /** From any thread: cancel what runs and send nothing more. */
  void stop(Stop why) {
    happenings.add(new Happening.StopAsked(why));
  }

  /** Why the run stopped early, when somebody asked. */
  @Nullable Stop stopped() {
    return stop;
  }

  /** How the session was lost, when it was. */
  @Nullable SessionLost lost() {
    return lost;
  }

  /**
   * Returns when no step runs any more.
   *
   * @param deadline by the clock, after which the run is over time
   */
  void run(long deadline) throws InterruptedException {
    ledger.open();
    while (true) {
      sendReady();
      if (ledger.running().isEmpty()) {
        return;
      }
      long due = stop == null ? deadline : cancelDue;
      Happening happening = happenings.poll(due - nanos.getAsLong(), TimeUnit.NANOSECONDS);
      switch (happening) {
        case null -> overdue();
        case Happening.Ended ended -> ended(ended);
        case Happening.StopAsked(Stop why) -> cancelAll(why);
      }
    }
  }

  private void sendReady() {
    if (failed || stop != null || lost != null) {
      return;
    }
    while (ledger.running().size() < options.parallel()) {
      PlannedStep step = ledger.nextReady().orElse(null);
      if (step == null) {
        return;
      }
      send(step);
    }
  }

  private void send(PlannedStep step) {
    StepId id = step.id();
    ledger.sent(id);
    listener.stepSent(id);
    var unused =
        session
            .runStep(sized.apply(step.attempt(ATTEMPT)))
            .whenComplete((result, problem) ->
                happenings.add(
                    new Happening.Ended(
                        id, result, problem instanceof SessionLost gone ? gone : null)));
  }

  private void ended(Happening.Ended ended) {
    if (!ledger.isRunning(ended.step())) {
      return;
    }
    StepResult result = ended.result();
    StepReport report = result == null ? lostStep(ended) : ledger.ended(asStopped(result));
    listener.stepEnded(report);
    if (report.status() != StepStatus.SUCCEEDED) {
      failed = true;
    } else if (options.retention() == RunOptions.Retention.EAGER) {
      List<StepId> unread = ledger.releasedBy(ended.step());
      if (!unread.isEmpty()) {
        session.release(unread);
      }
    }
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
    SessionLost gone = ended.lost();
    if (gone == null) {
      Failure defect =
          Failure.of(FailureCode.INTERNAL_ERROR, "the step's end could not be understood");
      return ledger.ended(ended.step(), StepStatus.UNKNOWN, defect);
    }
    lost = gone;
    if (gone.leavesStepsUnknown()) {
      return ledger.ended(ended.step(), StepStatus.UNKNOWN, gone.failure());
    }
    // Who asked for the stop has ended the sandbox too.
    return stop == Stop.INTERRUPTED || stop == Stop.TERMINATED
        ? ledger.ended(ended.step(), StepStatus.CANCELLED, null)
        : ledger.ended(ended.step(), StepStatus.FAILED, gone.failure());
  }

  private void cancelAll(Stop why) {
    if (stop != null) {
      return;
    }
    stop = why;
    cancelDue = nanos.getAsLong() + CANCEL_FOR.toNanos();
    ledger.running().forEach(step -> session.cancelStep(step, ATTEMPT));
  }

  /** The run's time is over; or steps that were cancelled have not said so. */
  private void overdue() {
    if (stop == null) {
      listener.note("the time limit of the run is over; its steps are cancelled");
      cancelAll(Stop.TIMED_OUT);
      return;
    }
    for (StepId step : ledger.running()) {
      boolean timedOut = stop == Stop.TIMED_OUT;
      listener.stepEnded(
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
