package dev.osiris.wire;

import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepId;
import dev.osiris.wire.v1.CommandRejected;
import dev.osiris.wire.v1.Heartbeat;
import dev.osiris.wire.v1.OutputsReleased;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.SessionAttached;
import dev.osiris.wire.v1.SessionClosed;
import dev.osiris.wire.v1.TelemetryDropped;

/** Events to and from the wire. Pure functions. */
public final class EventCodec {

  private EventCodec() {}

  /** Writes an event, the session token included where it has one. */
  public static RunSessionResponse encode(JournalEntry entry) {
    RunSessionResponse.Builder response =
        RunSessionResponse.newBuilder()
            .setSequence(entry.sequence())
            .setTime(WireFields.timestamp(entry.time()))
            .setCommandId(entry.commandId());
    switch (entry.event()) {
      case Event.SessionOpened opened -> response.setSessionOpened(SessionCodec.encode(opened));
      case Event.SessionAttached attached -> response.setSessionAttached(encode(attached));
      case Event.StepAccepted accepted -> response.setStepAccepted(StepEventCodec.encode(accepted));
      case Event.StepQueued queued -> response.setStepQueued(StepEventCodec.encode(queued));
      case Event.StepStarted started -> response.setStepStarted(StepEventCodec.encode(started));
      case Event.StepProgressed progressed ->
          response.setStepProgressed(StepEventCodec.encode(progressed));
      case Event.OutputPublished published ->
          response.setOutputPublished(StepEventCodec.encode(published));
      case Event.CommitBegun begun -> response.setCommitBegun(StepEventCodec.encode(begun));
      case Event.TargetCommitted committed ->
          response.setTargetCommitted(StepEventCodec.encode(committed));
      case Event.StepEnded ended -> StepEventCodec.encode(ended.result(), response);
      case Event.OutputsReleased released ->
          response.setOutputsReleased(
              OutputsReleased.newBuilder()
                  .addAllStepIds(released.steps().stream().map(StepId::value).toList()));
      case Event.DriverReported reported ->
          response.setDriverReported(StepEventCodec.encode(reported));
      case Event.MetricReported reported ->
          response.setMetricReported(StepEventCodec.encode(reported));
      case Event.LogWritten written -> response.setLogWritten(StepEventCodec.encode(written));
      case Event.TelemetryDropped dropped ->
          response.setTelemetryDropped(TelemetryDropped.newBuilder().setEvents(dropped.events()));
      case Event.Heartbeat heartbeat -> response.setHeartbeat(encode(heartbeat));
      case Event.CommandRejected rejected ->
          response.setCommandRejected(
              CommandRejected.newBuilder().setFailure(FailureCodec.encode(rejected.failure())));
      case Event.SessionClosed closed ->
          response.setSessionClosed(
              SessionClosed.newBuilder()
                  .setSessionId(closed.session().value())
                  .setReason(closed.reason()));
    }
    return response.build();
  }

  /**
   * Reads an event.
   *
   * @throws WireException when no version of this protocol allows the message
   */
  public static ReceivedEvent decode(RunSessionResponse response) {
    long sequence = WireFields.count("sequence", response.getSequence());
    if (response.getEventCase() == RunSessionResponse.EventCase.EVENT_NOT_SET) {
      return new ReceivedEvent.Unknown(sequence);
    }
    Event event = event(response);
    checkSequence(sequence, event);
    return new ReceivedEvent.Known(
        new JournalEntry(
            sequence,
            WireFields.instant("time", response.getTime()),
            WireFields.commandId(response.getCommandId()),
            event));
  }

  /** The end of a step is the one kept event that is told again, to a host that asks again. */
  private static void checkSequence(long sequence, Event event) {
    boolean isTransient = event.keeping() == Event.Keeping.TRANSIENT;
    if (sequence == 0 && !isTransient && !(event instanceof Event.StepEnded)) {
      throw WireException.missing("sequence");
    }
    if (sequence != 0 && isTransient) {
      throw WireException.illegal("sequence", "must be 0, since the event is not kept");
    }
  }

  private static Event event(RunSessionResponse response) {
    return switch (response.getEventCase()) {
      case SESSION_OPENED -> SessionCodec.decode(response.getSessionOpened());
      case SESSION_ATTACHED -> decode(response.getSessionAttached());
      case STEP_ACCEPTED -> StepEventCodec.decode(response.getStepAccepted());
      case STEP_QUEUED -> StepEventCodec.decode(response.getStepQueued());
      case STEP_STARTED -> StepEventCodec.decode(response.getStepStarted());
      case STEP_PROGRESSED -> StepEventCodec.decode(response.getStepProgressed());
      case OUTPUT_PUBLISHED -> StepEventCodec.decode(response.getOutputPublished());
      case COMMIT_BEGUN -> StepEventCodec.decode(response.getCommitBegun());
      case TARGET_COMMITTED -> StepEventCodec.decode(response.getTargetCommitted());
      case STEP_SUCCEEDED -> StepEventCodec.decode(response.getStepSucceeded());
      case STEP_FAILED -> StepEventCodec.decode(response.getStepFailed());
      case STEP_CANCELLED -> StepEventCodec.decode(response.getStepCancelled());
      case OUTPUTS_RELEASED ->
          new Event.OutputsReleased(
              WireFields.stepIds(
                  "outputs_released.step_ids", response.getOutputsReleased().getStepIdsList()));
      case DRIVER_REPORTED -> StepEventCodec.decode(response.getDriverReported());
      case METRIC_REPORTED -> StepEventCodec.decode(response.getMetricReported());
      case LOG_WRITTEN -> StepEventCodec.decode(response.getLogWritten());
      case TELEMETRY_DROPPED ->
          new Event.TelemetryDropped(
              WireFields.count(
                  "telemetry_dropped.events", response.getTelemetryDropped().getEvents()));
      case HEARTBEAT -> decode(response.getHeartbeat());
      case COMMAND_REJECTED ->
          new Event.CommandRejected(
              FailureCodec.decode(
                  "command_rejected.failure", response.getCommandRejected().getFailure()));
      case SESSION_CLOSED -> decode(response.getSessionClosed());
      case EVENT_NOT_SET -> throw WireException.missing("event");
    };
  }

  private static SessionAttached encode(Event.SessionAttached attached) {
    return SessionAttached.newBuilder()
        .setSessionId(attached.session().value())
        .setEpoch(attached.epoch())
        .setLastSequence(attached.lastSequence())
        .setProtocol(attached.protocol())
        .build();
  }

  private static Event decode(SessionAttached message) {
    return new Event.SessionAttached(
        WireFields.sessionId("session_attached.session_id", message.getSessionId()),
        WireFields.count("session_attached.epoch", message.getEpoch()),
        WireFields.count("session_attached.last_sequence", message.getLastSequence()),
        WireFields.count("session_attached.protocol", message.getProtocol()));
  }

  private static Heartbeat encode(Event.Heartbeat heartbeat) {
    return Heartbeat.newBuilder()
        .setLastSequence(heartbeat.lastSequence())
        .setMemoryBytes(heartbeat.memoryBytes())
        .setRunningSteps(heartbeat.runningSteps())
        .build();
  }

  private static Event decode(Heartbeat message) {
    return new Event.Heartbeat(
        WireFields.count("heartbeat.last_sequence", message.getLastSequence()),
        WireFields.count("heartbeat.memory_bytes", message.getMemoryBytes()),
        WireFields.count("heartbeat.running_steps", message.getRunningSteps()));
  }

  private static Event decode(SessionClosed message) {
    return new Event.SessionClosed(
        WireFields.sessionId("session_closed.session_id", message.getSessionId()),
        WireFields.forPeople(message.getReason()));
  }
}
