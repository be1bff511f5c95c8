package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.plan.Plan;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.run.report.StepReport;
import dev.osiris.host.run.report.StepStatus;
import dev.osiris.host.session.SessionLost;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What is known about a run so far, and the verdict over it. Used by one thread. */
final class RunCourse {
  private final Plan plan;
  private final RunOptions options;
  private final Path sessionDir;
  private final String sandbox;
  private final Instant started;
  private final LongSupplier elapsed;
  private final RunLedger ledger;
  private final RunMetrics metrics = new RunMetrics();
  private final RunCommits commits = new RunCommits();

  private @Nullable Stop stop;
  private @Nullable SessionLost lost;
  private @Nullable Failure broken;
  private @Nullable ByteSize nextMemory;
  private boolean invalid;

  RunCourse(
      Plan plan,
      RunOptions options,
      Path sessionDir,
      String sandbox,
      Instant started,
      LongSupplier elapsed) {
    this.plan = plan;
    this.options = options;
    this.sessionDir = sessionDir;
    this.sandbox = sandbox;
    this.started = started;
    this.elapsed = elapsed;
    this.ledger = new RunLedger(plan, commits, elapsed);
  }

  Plan plan() {
    return plan;
  }

  RunOptions options() {
    return options;
  }

  RunLedger ledger() {
    return ledger;
  }

  /** Told by the sessions' threads. */
  RunMetrics metrics() {
    return metrics;
  }

  /** Told by the sessions' threads. */
  RunCommits commits() {
    return commits;
  }

  /** Nanoseconds since the run began. */
  LongSupplier elapsed() {
    return elapsed;
  }

  /** When the run's time is over, by the clock of {@link #elapsed}. */
  long deadline() {
    Duration timeout = options.timeout();
    return timeout == null ? Long.MAX_VALUE : timeout.toNanos();
  }

  /** The sandbox or this host failed before or beside the steps. */
  void broke(Failure failure) {
    broken = failure;
  }

  void lost(SessionLost session) {
    lost = session;
  }

  void stopped(Stop why) {
    stop = why;
  }

  /** The worker cannot run these steps; none was sent. */
  void invalid(Map<StepId, Failure> problems) {
    invalid = true;
    problems.forEach((step, failure) -> ledger.ended(step, StepStatus.FAILED, failure));
  }

  /**
   * A worker's turn is over.
   *
   * @param continuable whether another worker finds what this one has left
   */
  void dispatched(StepDispatcher.Outcome outcome, boolean continuable) {
    stop = outcome.stop();
    lost = outcome.lost();
    nextMemory = continuable ? outcome.nextMemory() : null;
  }

  /** What another worker needs to go on with this run; {@code null} when none is to. */
  @Nullable ByteSize nextMemory() {
    return nextMemory;
  }

  /** Another worker takes over: what became of the one before no longer decides the run. */
  void nextTurn() {
    lost = null;
    nextMemory = null;
  }

  /** Ends the steps that were to be tried again, now that no worker is left for them. */
  List<StepReport> settle() {
    boolean cancelled = stop == Stop.INTERRUPTED || stop == Stop.TERMINATED;
    return ledger.giveUp(cancelled ? StepStatus.CANCELLED : StepStatus.FAILED);
  }

  RunReport report() {
    List<StepReport> steps =
        ledger.reports().stream().map(step -> step.with(metrics.of(step.id()))).toList();
    RunStatus status = status(steps);
    return new RunReport(
        options.session().value(),
        sessionDir,
        plan.pipeline(),
        status,
        Duration.ofNanos(elapsed.getAsLong()),
        sandbox,
        steps,
        started,
        exit(status, steps),
        status == RunStatus.SUCCEEDED ? null : reason());
  }

  private RunStatus status(List<StepReport> steps) {
    if (ledger.allSucceeded()) {
      return broken == null ? RunStatus.SUCCEEDED : RunStatus.FAILED;
    }
    if (any(steps, StepStatus.UNKNOWN)) {
      return RunStatus.UNKNOWN;
    }
    if (any(steps, StepStatus.FAILED) || broken != null || stop == Stop.TIMED_OUT) {
      return RunStatus.FAILED;
    }
    return stop == null ? RunStatus.FAILED : RunStatus.CANCELLED;
  }

  private ExitCode exit(RunStatus status, List<StepReport> steps) {
    return switch (status) {
      case SUCCEEDED -> ExitCode.SUCCEEDED;
      case UNKNOWN -> ExitCode.SANDBOX_FAILED;
      case CANCELLED -> stop == Stop.TERMINATED ? ExitCode.TERMINATED : ExitCode.INTERRUPTED;
      case FAILED -> {
        if (invalid || broken != null && broken.code() == FailureCode.CONFIG_INVALID) {
          yield ExitCode.USAGE;
        }
        boolean blamed = steps.stream().anyMatch(RunCourse::isToBlame) || stop == Stop.TIMED_OUT;
        yield blamed ? ExitCode.STEP_FAILED : ExitCode.SANDBOX_FAILED;
      }
    };
  }

  /** A step that failed of something else than the end of its worker. */
  private static boolean isToBlame(StepReport step) {
    return step.status() == StepStatus.FAILED
        && step.failure() != null
        && step.failure().code() != FailureCode.WORKER_LOST;
  }

  private @Nullable Failure reason() {
    if (broken != null) {
      return broken;
    }
    if (lost != null) {
      return lost.failure();
    }
    Duration limit = options.timeout();
    if (stop == Stop.TIMED_OUT && limit != null) {
      return Failure.of(
          FailureCode.TIMED_OUT, "the run's time limit of " + DurationText.of(limit) + " is over");
    }
    return null;
  }

  private static boolean any(List<StepReport> steps, StepStatus status) {
    return steps.stream().anyMatch(step -> step.status() == status);
  }
}
