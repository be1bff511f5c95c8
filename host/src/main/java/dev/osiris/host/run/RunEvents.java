package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.store.HostLog;
import dev.osiris.host.session.SessionListener;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepId;
import dev.osiris.unit.DurationText;
import java.time.Duration;
import java.util.Map;

/**
 * Tells the listener what happens in a run, and keeps in the host's log what no worker can: broken
 * connections, other attempts.
 */
final class RunEvents implements SessionListener {
  private final RunListener listener;
  private final HostLog log;
  private final RunMetrics metrics;
  private final RunCommits commits;

  RunEvents(RunListener listener, HostLog log, RunMetrics metrics, RunCommits commits) {
    this.listener = listener;
    this.log = log;
    this.metrics = metrics;
    this.commits = commits;
  }

  @Override
  public void event(JournalEntry entry) {
    if (entry.event() instanceof Event.MetricReported metric) {
      metrics.heard(metric);
    }
    commits.heard(entry.event());
    listener.event(entry);
  }

  @Override
  public void connection(String change, String detail) {
    log.write("connection_" + change, Map.of("detail", detail));
    listener.note("connection " + change + ": " + detail);
  }

  void stepSent(StepId step) {
    listener.stepSent(step);
  }

  void stepEnded(StepReport report) {
    listener.stepEnded(report);
  }

  /** An attempt has failed and another one follows. */
  void stepRetried(StepId step, int attempts, Failure failure, Duration pause) {
    log.write(
        "step_retried",
        Map.of(
            "step_id",
            step.value(),
            "attempts",
            attempts,
            "code",
            failure.code().word(),
            "message",
            failure.message(),
            "pause",
            DurationText.of(pause)));
    listener.stepRetried(step, attempts, failure, pause);
  }

  void note(String text) {
    listener.note(text);
  }
}
