package dev.osiris.host.run.report;

import dev.osiris.failure.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run went.
 *
 * @param sessionDir absolute
 * @param sandbox the kind
 * @param steps in the plan's order
 * @param reason why the run did not succeed, where no step says it
 */
public record RunReport(
    String sessionId,
    Path sessionDir,
    String pipeline,
    RunStatus status,
    Duration duration,
    String sandbox,
    List<StepReport> steps,
    Instant started,
    ExitCode exit,
    @Nullable Failure reason) {
  public RunReport {
    steps = List.copyOf(steps);
  }
}
