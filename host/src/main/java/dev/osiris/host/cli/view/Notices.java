package dev.osiris.host.cli.view;

import dev.osiris.failure.Failure;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.report.StepStatus;
import dev.osiris.session.Event;
import dev.osiris.step.StepId;
import dev.osiris.unit.DurationText;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happens in a run, in one line each. */
final class Notices {

  private Notices() {}

  static String worker(Event.SessionOpened opened, String transport) {
    return "worker "
        + opened.workerVersion()
        + ", DuckDB "
        + opened.duckdbVersion()
        + " by "
        + transport
        + ", memory "
        + opened.budget().limit()
        + " held by "
        + opened.enforcement()
        + " (heap "
        + opened.budget().heap()
        + ", DuckDB "
        + opened.budget().duckdb()
        + ", reserve "
        + opened.budget().reserve()
        + ", "
        + opened.budget().threads()
        + " threads)";
  }

  static String ended(StepReport step) {
    String rows = Texts.rows(step);
    String what =
        String.format(
            Locale.ROOT,
            "%-9s %s  %s",
            step.status().word(),
            step.id(),
            Texts.time(step.duration()));
    if (step.status() == StepStatus.SUCCEEDED) {
      return rows.isEmpty() ? what : what + "  " + rows + " rows";
    }
    return step.failure() == null ? what : what + "  " + step.failure().message();
  }

  /** An attempt that is not the last one. */
  static String retried(StepId step, int attempts, Failure failure, Duration pause) {
    String when = pause.isZero() ? "" : " in " + DurationText.of(pause);
    return String.format(Locale.ROOT, "%-9s %s", "again", step)
        + when
        + ": attempt "
        + attempts
        + " failed, "
        + failure.message();
  }

  /** What a worker's event says to people; empty when it says nothing. */
  static Optional<String> of(Event event, boolean verbose) {
    return switch (event) {
      case Event.LogWritten log -> {
        String level = String.valueOf(log.level());
        boolean matters = level.equals("WARN") || level.equals("ERROR");
        yield verbose || matters
            ? Optional.of(level.toLowerCase(Locale.ROOT) + ": " + about(log.step()) + log.message())
            : Optional.empty();
      }
      case Event.TelemetryDropped dropped ->
          Optional.of(dropped.events() + " progress events were not kept: there were too many");
      case Event.StepQueued queued ->
          verbose
              ? Optional.of("waits     " + queued.step() + ": " + queued.reason())
              : Optional.empty();
      case Event.DriverReported reported ->
          verbose
              ? Optional.of(about(reported.step()) + reported.name() + " " + reported.attributes())
              : Optional.empty();
      case Event.MetricReported metric ->
          verbose
              ? Optional.of(
                  about(metric.step())
                      + metric.name()
                      + " = "
                      + metric.value()
                      + " "
                      + metric.unit())
              : Optional.empty();
      case Event.CommandRejected rejected ->
          Optional.of("the worker refused: " + rejected.failure().message());
      default -> Optional.empty();
    };
  }

  private static String about(@Nullable StepId step) {
    return step == null ? "" : step + ": ";
  }
}
