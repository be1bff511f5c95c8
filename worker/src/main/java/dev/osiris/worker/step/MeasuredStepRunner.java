package dev.osiris.worker.step;

import dev.osiris.session.Event;
import dev.osiris.step.StepResult;
import dev.osiris.worker.sandbox.PeakMemory;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Says when the driver starts, how much memory it took, and puts its time into the result. */
public final class MeasuredStepRunner implements StepRunner {

  private static final String PEAK_RSS = "peak_rss_bytes";

  private final StepRunner next;
  private final LongSupplier nanos;
  private final PeakMemory memory;

  /**
   * @param nanos a monotonic clock in nanoseconds
   * @param memory of the whole process: what runs beside the step counts, too
   */
  public MeasuredStepRunner(StepRunner next, LongSupplier nanos, PeakMemory memory) {
    this.next = next;
    this.nanos = nanos;
    this.memory = memory;
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
    PeakMemory.Watch watch = memory.begin();
    long start = nanos.getAsLong();
    StepResult result;
    long peak;
    try {
      result = next.run(attempt);
    } finally {
      peak = watch.end();
    }
    Duration elapsed = Duration.ofNanos(nanos.getAsLong() - start);
    attempt
        .events()
        .keep(
            new Event.MetricReported(
                attempt.spec().id(), attempt.spec().attempt(), PEAK_RSS, peak, "bytes"));
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
