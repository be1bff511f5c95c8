package dev.osiris.worker.step;

import dev.osiris.session.Event;
import dev.osiris.step.StepResult;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Says when the driver starts, and puts the time that it took into the result. */
public final class MeasuredStepRunner implements StepRunner {

  private final StepRunner next;
  private final LongSupplier nanos;

  /**
   * @param nanos a monotonic clock in nanoseconds
   */
  public MeasuredStepRunner(StepRunner next, LongSupplier nanos) {
    this.next = next;
    this.nanos = nanos;
  }

  @Override
  public StepResult run(StepAttempt attempt) throws Exception {
    attempt
        .events()
        .keep(
            new Event.StepStarted(
                attempt.spec().id(),
                attempt.spec().attempt(),
                attempt.share().memory().bytes(),
                attempt.share().threads()));
    long start = nanos.getAsLong();
    StepResult result = next.run(attempt);
    Duration elapsed = Duration.ofNanos(nanos.getAsLong() - start);
    return switch (result) {
      case StepResult.Succeeded ok ->
          new StepResult.Succeeded(ok.step(), ok.attempt(), elapsed, ok.outputs(), ok.written());
      case StepResult.Failed failed ->
          new StepResult.Failed(
              failed.step(), failed.attempt(), elapsed, failed.failure(), failed.written());
      case StepResult.Cancelled cancelled ->
          new StepResult.Cancelled(cancelled.step(), cancelled.attempt(), elapsed);
    };
  }
}
