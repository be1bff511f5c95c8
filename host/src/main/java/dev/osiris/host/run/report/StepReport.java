package dev.osiris.host.run.report;

import dev.osiris.failure.Failure;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.Written;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one step.
 *
 * @param attempts that were sent to a worker
 * @param queued from when its needs were met until it was sent
 * @param duration from when it was first sent until its end was heard
 * @param outputs {@link StepOutputs#NONE} for a step that left nothing
 * @param metrics {@link StepMetrics#NONE} as long as the run has not ended
 */
public record StepReport(
    StepId id,
    String driver,
    StepStatus status,
    int attempts,
    Duration queued,
    Duration duration,
    StepOutputs outputs,
    List<Written> written,
    @Nullable Failure failure,
    StepMetrics metrics) {
  public StepReport {
    written = List.copyOf(written);
  }

  /** Without metrics. */
  public StepReport(
      StepId id,
      String driver,
      StepStatus status,
      int attempts,
      Duration queued,
      Duration duration,
      StepOutputs outputs,
      List<Written> written,
      @Nullable Failure failure) {
    this(
        id,
        driver,
        status,
        attempts,
        queued,
        duration,
        outputs,
        written,
        failure,
        StepMetrics.NONE);
  }

  /** The same with what it took. */
  public StepReport with(StepMetrics taken) {
    return new StepReport(
        id, driver, status, attempts, queued, duration, outputs, written, failure, taken);
  }
}
