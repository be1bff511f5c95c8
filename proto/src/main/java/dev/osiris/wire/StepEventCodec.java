package dev.osiris.wire;

import static dev.osiris.wire.WireFields.attempt;
import static dev.osiris.wire.WireFields.count;
import static dev.osiris.wire.WireFields.forPeople;
import static dev.osiris.wire.WireFields.present;
import static dev.osiris.wire.WireFields.stepId;

import dev.osiris.driver.StepEvents;
import dev.osiris.session.Event;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.wire.v1.CommitBegun;
import dev.osiris.wire.v1.DriverReported;
import dev.osiris.wire.v1.LogLevel;
import dev.osiris.wire.v1.LogWritten;
import dev.osiris.wire.v1.MetricReported;
import dev.osiris.wire.v1.OutputPublished;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.StepAccepted;
import dev.osiris.wire.v1.StepCancelled;
import dev.osiris.wire.v1.StepFailed;
import dev.osiris.wire.v1.StepProgressed;
import dev.osiris.wire.v1.StepQueued;
import dev.osiris.wire.v1.StepStarted;
import dev.osiris.wire.v1.StepSucceeded;
import dev.osiris.wire.v1.TargetCommitted;

/** Events of steps, to and from the wire. */
final class StepEventCodec {

  private StepEventCodec() {}

  static StepAccepted encode(Event.StepAccepted event) {
    return StepAccepted.newBuilder()
        .setStepId(event.step().value())
        .setAttempt(event.attempt())
        .setDigest(event.digest())
        .build();
  }

  static Event decode(StepAccepted message) {
    return new Event.StepAccepted(
        stepId("step_accepted.step_id", message.getStepId()),
        attempt("step_accepted.attempt", message.getAttempt()),
        WireFields.sha256("step_accepted.digest", message.getDigest()));
  }

  static StepQueued encode(Event.StepQueued event) {
    return StepQueued.newBuilder()
        .setStepId(event.step().value())
        .setAttempt(event.attempt())
        .setReason(event.reason())
        .build();
  }

  static Event decode(StepQueued message) {
    return new Event.StepQueued(
        stepId("step_queued.step_id", message.getStepId()),
        attempt("step_queued.attempt", message.getAttempt()),
        forPeople(message.getReason()));
  }

  static StepStarted encode(Event.StepStarted event) {
    return StepStarted.newBuilder()
        .setStepId(event.step().value())
        .setAttempt(event.attempt())
        .setMemoryBytes(event.memoryBytes())
        .setThreads(event.threads())
        .build();
  }

  static Event decode(StepStarted message) {
    return new Event.StepStarted(
        stepId("step_started.step_id", message.getStepId()),
        attempt("step_started.attempt", message.getAttempt()),
        count("step_started.memory_bytes", message.getMemoryBytes()),
        count("step_started.threads", message.getThreads()));
  }

  static StepProgressed encode(Event.StepProgressed event) {
    return StepProgressed.newBuilder()
        .setStepId(event.step().value())
        .setAttempt(event.attempt())
        .setRows(event.rows())
        .build();
  }

  static Event decode(StepProgressed message) {
    return new Event.StepProgressed(
        stepId("step_progressed.step_id", message.getStepId()),
        attempt("step_progressed.attempt", message.getAttempt()),
        count("step_progressed.rows", message.getRows()));
  }

  static OutputPublished encode(Event.OutputPublished event) {
    return OutputPublished.newBuilder()
        .setStepId(event.step().value())
        .setAttempt(event.attempt())
        .setOutputs(StepCodec.encode(event.outputs()))
        .build();
  }

  static Event decode(OutputPublished message) {
    StepId step = stepId("output_published.step_id", message.getStepId());
    return new Event.OutputPublished(
        step,
        attempt("output_published.attempt", message.getAttempt()),
        StepCodec.decode("output_published.outputs", step, message.getOutputs()));
  }

  static CommitBegun encode(Event.CommitBegun event) {
    return CommitBegun.newBuilder()
        .setStepId(event.step().value())
        .setAttempt(event.attempt())
        .setCommit(StepCodec.encode(event.commit()))
        .build();
  }

  static Event decode(CommitBegun message) {
    return new Event.CommitBegun(
        stepId("commit_begun.step_id", message.getStepId()),
        attempt("commit_begun.attempt", message.getAttempt()),
        StepCodec.decode("commit_begun.commit", message.getCommit()));
  }

  static TargetCommitted encode(Event.TargetCommitted event) {
    return TargetCommitted.newBuilder()
        .setStepId(event.step().value())
        .setAttempt(event.attempt())
        .setWritten(StepCodec.encode(event.written()))
        .build();
  }

  static Event decode(TargetCommitted message) {
    return new Event.TargetCommitted(
        stepId("target_committed.step_id", message.getStepId()),
        attempt("target_committed.attempt", message.getAttempt()),
        StepCodec.decode("target_committed.written", message.getWritten()));
  }

  static void encode(StepResult result, RunSessionResponse.Builder response) {
    String step = result.step().value();
    com.google.protobuf.Duration elapsed = WireFields.duration(result.elapsed());
    switch (result) {
      case StepResult.Succeeded succeeded ->
          response.setStepSucceeded(
              StepSucceeded.newBuilder()
                  .setStepId(step)
                  .setAttempt(succeeded.attempt())
                  .setElapsed(elapsed)
                  .setOutputs(StepCodec.encode(succeeded.outputs()))
                  .addAllWritten(succeeded.written().stream().map(StepCodec::encode).toList()));
      case StepResult.Failed failed ->
          response.setStepFailed(
              StepFailed.newBuilder()
                  .setStepId(step)
                  .setAttempt(failed.attempt())
                  .setElapsed(elapsed)
                  .setFailure(FailureCodec.encode(failed.failure()))
                  .addAllWritten(failed.written().stream().map(StepCodec::encode).toList()));
      case StepResult.Cancelled cancelled ->
          response.setStepCancelled(
              StepCancelled.newBuilder()
                  .setStepId(step)
                  .setAttempt(cancelled.attempt())
                  .setElapsed(elapsed));
    }
  }

  static Event decode(StepSucceeded message) {
    StepId step = stepId("step_succeeded.step_id", message.getStepId());
    return new Event.StepEnded(
        new StepResult.Succeeded(
            step,
            attempt("step_succeeded.attempt", message.getAttempt()),
            WireFields.duration("step_succeeded.elapsed", message.getElapsed()),
            StepCodec.decode("step_succeeded.outputs", step, message.getOutputs()),
            StepCodec.decodeAll("step_succeeded.written", message.getWrittenList())));
  }

  static Event decode(StepFailed message) {
    return new Event.StepEnded(
        new StepResult.Failed(
            stepId("step_failed.step_id", message.getStepId()),
            attempt("step_failed.attempt", message.getAttempt()),
            WireFields.duration("step_failed.elapsed", message.getElapsed()),
            FailureCodec.decode("step_failed.failure", message.getFailure()),
            StepCodec.decodeAll("step_failed.written", message.getWrittenList())));
  }

  static Event decode(StepCancelled message) {
    return new Event.StepEnded(
        new StepResult.Cancelled(
            stepId("step_cancelled.step_id", message.getStepId()),
            attempt("step_cancelled.attempt", message.getAttempt()),
            WireFields.duration("step_cancelled.elapsed", message.getElapsed())));
  }

  static DriverReported encode(Event.DriverReported event) {
    return DriverReported.newBuilder()
        .setStepId(event.step().value())
        .setAttempt(event.attempt())
        .setName(event.name())
        .putAllAttributes(event.attributes())
        .build();
  }

  static Event decode(DriverReported message) {
    return new Event.DriverReported(
        stepId("driver_reported.step_id", message.getStepId()),
        attempt("driver_reported.attempt", message.getAttempt()),
        present("driver_reported.name", message.getName()),
        message.getAttributesMap());
  }

  static MetricReported encode(Event.MetricReported event) {
    return MetricReported.newBuilder()
        .setStepId(event.step().value())
        .setAttempt(event.attempt())
        .setName(event.name())
        .setValue(event.value())
        .setUnit(event.unit())
        .build();
  }

  static Event decode(MetricReported message) {
    return new Event.MetricReported(
        stepId("metric_reported.step_id", message.getStepId()),
        attempt("metric_reported.attempt", message.getAttempt()),
        present("metric_reported.name", message.getName()),
        message.getValue(),
        message.getUnit());
  }

  static LogWritten encode(Event.LogWritten event) {
    StepId step = event.step();
    return LogWritten.newBuilder()
        .setStepId(step == null ? "" : step.value())
        .setLevel(encode(event.level()))
        .setMessage(event.message())
        .build();
  }

  static Event decode(LogWritten message) {
    String step = message.getStepId();
    return new Event.LogWritten(
        step.isEmpty() ? null : stepId("log_written.step_id", step),
        level(message),
        forPeople(message.getMessage()));
  }

  private static LogLevel encode(StepEvents.Level level) {
    return switch (level) {
      case DEBUG -> LogLevel.LOG_LEVEL_DEBUG;
      case INFO -> LogLevel.LOG_LEVEL_INFO;
      case WARN -> LogLevel.LOG_LEVEL_WARN;
      case ERROR -> LogLevel.LOG_LEVEL_ERROR;
    };
  }

  private static StepEvents.Level level(LogWritten message) {
    return switch (message.getLevel()) {
      case LOG_LEVEL_DEBUG -> StepEvents.Level.DEBUG;
      case LOG_LEVEL_INFO -> StepEvents.Level.INFO;
      case LOG_LEVEL_WARN -> StepEvents.Level.WARN;
      case LOG_LEVEL_ERROR -> StepEvents.Level.ERROR;
      case LOG_LEVEL_UNSPECIFIED, UNRECOGNIZED ->
          throw WireException.unknown("log_written.level", message.getLevelValue());
    };
  }
}
