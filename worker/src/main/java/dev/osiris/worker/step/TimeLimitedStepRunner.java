package dev.osiris.worker.step;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.step.StepResult;
import dev.osiris.unit.DurationText;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Stops an attempt whose time is over, and insists until one that was told to stop has stopped. */
public final class TimeLimitedStepRunner implements StepRunner {

  private static final long INSIST_MILLIS = 100;

  private final StepRunner next;
  private final ScheduledExecutorService scheduler;

  public TimeLimitedStepRunner(StepRunner next, ScheduledExecutorService scheduler) {
    this.next = next;
    this.scheduler = scheduler;
  }

  @Override
  public StepResult run(StepAttempt attempt) throws Exception {
    Future<?> insisting =
        scheduler.scheduleWithFixedDelay(
            attempt.stop()::insist, INSIST_MILLIS, INSIST_MILLIS, TimeUnit.MILLISECONDS);
    Duration timeout = attempt.spec().timeout();
    Future<?> limit =
        timeout == null
            ? null
            : scheduler.schedule(
                () -> timeOut(attempt, timeout), timeout.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return next.run(attempt);
    } finally {
      insisting.cancel(false);
      if (limit != null) {
        limit.cancel(false);
      }
    }
  }

  private static void timeOut(StepAttempt attempt, Duration timeout) {
    Failure failure =
        Failure.of(
                FailureCode.TIMED_OUT,
                "the step did not end within its timeout of " + DurationText.of(timeout))
            .advise("raise the step's timeout, or give it less to do");
    attempt.stop().stop(new StopSignal.Reason.Failed(failure));
  }
}
