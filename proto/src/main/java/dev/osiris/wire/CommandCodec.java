package dev.osiris.wire;

import dev.osiris.session.Command;
import dev.osiris.step.StepId;
import dev.osiris.wire.v1.Acknowledge;
import dev.osiris.wire.v1.AttachSession;
import dev.osiris.wire.v1.CancelStep;
import dev.osiris.wire.v1.CleanUp;
import dev.osiris.wire.v1.Ping;
import dev.osiris.wire.v1.ReleaseOutputs;
import dev.osiris.wire.v1.RunSessionRequest;

/** Commands to and from the wire. Pure functions. */
public final class CommandCodec {

  private CommandCodec() {}

  /**
   * Writes a command.
   *
   * @throws WireException when it is larger than a message may be
   * @throws IllegalArgumentException when a configuration holds what JSON cannot
   */
  public static RunSessionRequest encode(String commandId, Command command) {
    RunSessionRequest.Builder request =
        RunSessionRequest.newBuilder().setCommandId(WireFields.commandId(commandId));
    switch (command) {
      case Command.OpenSession open -> request.setOpenSession(SessionCodec.encode(open));
      case Command.AttachSession attach -> request.setAttachSession(encode(attach));
      case Command.RunStep run -> request.setRunStep(StepCodec.encode(run.step()));
      case Command.CancelStep cancel ->
          request.setCancelStep(
              CancelStep.newBuilder()
                  .setStepId(cancel.step().value())
                  .setAttempt(cancel.attempt()));
      case Command.ReleaseOutputs release ->
          request.setReleaseOutputs(
              ReleaseOutputs.newBuilder()
                  .addAllStepIds(release.steps().stream().map(StepId::value).toList()));
      case Command.Ping ping -> request.setPing(Ping.getDefaultInstance());
      case Command.Acknowledge acknowledge ->
          request.setAcknowledge(Acknowledge.newBuilder().setSequence(acknowledge.sequence()));
      case Command.CleanUp cleanUp -> request.setCleanUp(CleanUp.getDefaultInstance());
    }
    RunSessionRequest message = request.build();
    checkSize(message);
    return message;
  }

  /**
   * Reads a command.
   *
   * @throws WireException when no version of this protocol allows the message
   */
  public static ReceivedCommand decode(RunSessionRequest request) {
    String id = WireFields.commandId(request.getCommandId());
    return switch (request.getCommandCase()) {
      case OPEN_SESSION -> known(id, SessionCodec.decode(request.getOpenSession()));
      case ATTACH_SESSION -> known(id, decode(request.getAttachSession()));
      case RUN_STEP -> known(id, new Command.RunStep(StepCodec.decode(request.getRunStep())));
      case CANCEL_STEP -> known(id, decode(request.getCancelStep()));
      case RELEASE_OUTPUTS -> known(id, decode(request.getReleaseOutputs()));
      case PING -> known(id, new Command.Ping());
      case ACKNOWLEDGE -> known(id, decode(request.getAcknowledge()));
      case CLEAN_UP -> known(id, new Command.CleanUp());
      case COMMAND_NOT_SET -> new ReceivedCommand.Unknown(id);
    };
  }

  private static ReceivedCommand known(String id, Command command) {
    return new ReceivedCommand.Known(id, command);
  }

  private static AttachSession encode(Command.AttachSession attach) {
    return AttachSession.newBuilder()
        .setSessionId(attach.session().value())
        .setAfterSequence(attach.afterSequence())
        .setProtocol(WireFields.versions(attach.protocol()))
        .build();
  }

  private static Command decode(AttachSession message) {
    return new Command.AttachSession(
        WireFields.sessionId("attach_session.session_id", message.getSessionId()),
        WireFields.count("attach_session.after_sequence", message.getAfterSequence()),
        WireFields.versions("attach_session.protocol", message.getProtocol()));
  }

  private static Command decode(CancelStep message) {
    return new Command.CancelStep(
        WireFields.stepId("cancel_step.step_id", message.getStepId()),
        WireFields.attempt("cancel_step.attempt", message.getAttempt()));
  }

  private static Command decode(ReleaseOutputs message) {
    return new Command.ReleaseOutputs(
        WireFields.stepIds("release_outputs.step_ids", message.getStepIdsList()));
  }

  private static Command decode(Acknowledge message) {
    return new Command.Acknowledge(WireFields.count("acknowledge.sequence", message.getSequence()));
  }

  /** Found here, it is an error of one step; found by the other side, it would end the call. */
  private static void checkSize(RunSessionRequest message) {
    if (message.hasRunStep()) {
      long config = message.getRunStep().getConfigJsonBytes().size();
      if (config > WireLimits.CONFIG_JSON.bytes()) {
        throw WireException.tooLarge(
            "run_step.config_json", config, WireLimits.CONFIG_JSON.bytes());
      }
    }
    if (message.getSerializedSize() > WireLimits.CONTROL_MESSAGE.bytes()) {
      throw WireException.tooLarge(
          "command", message.getSerializedSize(), WireLimits.CONTROL_MESSAGE.bytes());
    }
  }
}
