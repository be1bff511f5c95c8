package dev.osiris.worker.step;

import dev.osiris.step.StepResult;
import dev.osiris.worker.sandbox.MemoryWatchdog;

/**
 * Runs a step under the eyes of the watchdog. Stopped by that, the step has failed, and may be run
 * once more: so it gets a signal of its own, which hears the attempt's.
 */
public final class GuardedStepRunner implements StepRunner {

  private final StepRunner next;
  private final MemoryWatchdog watchdog;

  public GuardedStepRunner(StepRunner next, MemoryWatchdog watchdog) {
    this.next = next;
    this.watchdog = watchdog;
  }

  @Override
  public StepResult run(StepAttempt attempt) throws Exception {
    StopSignal whole = attempt.stop();
    StopSignal own = new StopSignal();
    whole.onStop(() -> whole.reason().ifPresent(own::stop));
    try (var _ = watchdog.guard(failure -> own.stop(new StopSignal.Reason.Failed(failure)))) {
      return next.run(attempt.with(own));
    } finally {
      whole.onStop(() -> {});
    }
  }
}
