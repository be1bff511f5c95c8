package dev.osiris.session;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.component.ComponentSpec;
import dev.osiris.driver.StepEvents;
import dev.osiris.failure.Failure;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.Written;
import dev.osiris.unit.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the worker tells the host. Past tense. */
public sealed interface Event {

  /** How an event is kept. */
  enum Keeping {
    /** In the journal and on the disk before it is sent. */
    FACT,
    /** In the journal, bounded, not forced to the disk. */
    TELEMETRY,
    /** Only on the stream: it means nothing to who comes later. */
    TRANSIENT
  }

  Keeping keeping();

  /** A fact: the journal has it on disk before anybody hears of it. */
  sealed interface Fact extends Event {
    @Override
    default Keeping keeping() {
      return Keeping.FACT;
    }
  }

  /** May be dropped when there is too much of it. */
  sealed interface Telemetry extends Event {
    @Override
    default Keeping keeping() {
      return Keeping.TELEMETRY;
    }
  }

  /** Concerns this attachment alone. */
  sealed interface Transient extends Event {
    @Override
    default Keeping keeping() {
      return Keeping.TRANSIENT;
    }
  }

  /**
   * The session exists.
   *
   * @param epoch of this attachment
   * @param sessionToken required from now on for everything but health; not in the journal
   * @param enforcement how the memory limit is held, for people: {@code cgroup} or {@code heap,
   *     memory_limit and watchdog}
   */
  record SessionOpened(
      SessionId session,
      int protocol,
      ProtocolVersions supported,
      long epoch,
      @Nullable Secret sessionToken,
      String workerVersion,
      String duckdbVersion,
      MemoryBudget budget,
      String enforcement,
      Duration lease,
      List<ComponentSpec> components,
      Map<String, String> limits)
      implements Fact {
    public SessionOpened {
      components = List.copyOf(components);
      limits = Map.copyOf(limits);
    }
  }

  /**
   * The session was taken up again; the events after the number that was asked for follow.
   *
   * @param protocol the version that was agreed on
   */
  record SessionAttached(SessionId session, long epoch, long lastSequence, int protocol)
      implements Transient {

    /** With the highest version that this build speaks. */
    public SessionAttached(SessionId session, long epoch, long lastSequence) {
      this(session, epoch, lastSequence, ProtocolVersions.SUPPORTED.max());
    }
  }

  /**
   * The command is in the ledger and will run once.
   *
   * @param digest SHA-256 of the step's specification, lower-case hexadecimal
   */
  record StepAccepted(StepId step, String attempt, String digest) implements Fact {}

  /** The step waits for memory or threads that other steps hold. */
  record StepQueued(StepId step, String attempt, String reason) implements Telemetry {}

  record StepStarted(StepId step, String attempt, long memoryBytes, int threads)
      implements Telemetry {}

  record StepProgressed(StepId step, String attempt, long rows) implements Telemetry {}

  /** The step's files are at their final place. */
  record OutputPublished(StepId step, String attempt, StepOutputs outputs) implements Fact {}

  /** A writer is about to commit: what became of it is known by the next event, or not at all. */
  record CommitBegun(StepId step, String attempt, PendingCommit commit) implements Fact {}

  /** A writer's target holds the new rows. */
  record TargetCommitted(StepId step, String attempt, Written written) implements Fact {}

  record StepEnded(StepResult result) implements Fact {}

  record OutputsReleased(List<StepId> steps) implements Fact {
    public OutputsReleased {
      steps = List.copyOf(steps);
    }
  }

  record DriverReported(StepId step, String attempt, String name, Map<String, String> attributes)
      implements Telemetry {
    public DriverReported {
      attributes = Map.copyOf(attributes);
    }
  }

  record MetricReported(StepId step, String attempt, String name, double value, String unit)
      implements Telemetry {}

  /**
   * @param step {@code null} when no step is concerned
   */
  record LogWritten(@Nullable StepId step, StepEvents.Level level, String message)
      implements Telemetry {}

  /** So many telemetry events were not kept, because the session's allowance was used up. */
  record TelemetryDropped(long events) implements Fact {}

  /**
   * A sign of life.
   *
   * @param lastSequence the newest event in the journal
   * @param memoryBytes anonymous memory of the worker
   */
  record Heartbeat(long lastSequence, long memoryBytes, int runningSteps) implements Transient {}

  /** A command was understood and cannot be carried out; the session goes on. */
  record CommandRejected(Failure failure) implements Transient {}

  /** The last event of a session. */
  record SessionClosed(SessionId session, String reason) implements Fact {}
}
