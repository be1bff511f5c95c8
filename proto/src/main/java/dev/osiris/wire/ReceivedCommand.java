package dev.osiris.wire;

import dev.osiris.session.Command;

/** A command as it arrived. */
public sealed interface ReceivedCommand {

  /** Chosen by the host; every event that the command causes repeats it. */
  String commandId();

  record Known(String commandId, Command command) implements ReceivedCommand {}

  /** A command of a later version, or none at all: to be answered with CommandRejected. */
  record Unknown(String commandId) implements ReceivedCommand {}
}
