package dev.osiris.session;

import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import java.time.Duration;
import java.util.List;

/**
 * What the host asks of the worker. Imperative; the wire's own documentation says when each is
 * legal.
 */
public sealed interface Command {

  /**
   * Begins a session.
   *
   * @param project absolute folder against which relative paths resolve
   * @param lease how long the worker keeps the session without a word from the host; zero for the
   *     worker's default
   * @param disk cap of what the session may hold on disk; zero for the worker's default
   * @param acknowledgeCommits whether a writer's commit waits until the host has acknowledged that
   *     it begins
   */
  record OpenSession(
      ProtocolVersions protocol,
      SessionId session,
      String project,
      List<Grant> grants,
      Duration lease,
      ByteSize disk,
      boolean acknowledgeCommits)
      implements Command {
    public OpenSession {
      grants = List.copyOf(grants);
    }

    /** Where the worker's own journal outlives it. */
    public OpenSession(
        ProtocolVersions protocol,
        SessionId session,
        String project,
        List<Grant> grants,
        Duration lease,
        ByteSize disk) {
      this(protocol, session, project, grants, lease, disk, false);
    }
  }

  /** Takes up an open session again; events after that sequence number are sent once more. */
  record AttachSession(SessionId session, long afterSequence, ProtocolVersions protocol)
      implements Command {

    /** With the versions that this build speaks. */
    public AttachSession(SessionId session, long afterSequence) {
      this(session, afterSequence, ProtocolVersions.SUPPORTED);
    }
  }

  record RunStep(StepSpec step) implements Command {}

  record CancelStep(StepId step, String attempt) implements Command {}

  /** Deletes published outputs that no later step reads. */
  record ReleaseOutputs(List<StepId> steps) implements Command {
    public ReleaseOutputs {
      steps = List.copyOf(steps);
    }
  }

  /** A sign of life, answered with a heartbeat. */
  record Ping() implements Command {}

  /** All events up to this number have been kept by the host. */
  record Acknowledge(long sequence) implements Command {}

  /** Ends the session: cancels what runs, removes temporary files, closes. */
  record CleanUp() implements Command {}
}
