package dev.osiris.host.session;

import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.session.Command;
import dev.osiris.step.StepResult;
import dev.osiris.wire.v1.RunSessionResponse;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the loop of a session is woken by. */
sealed interface Signal {

  /** A message came on a stream. */
  record Received(StreamCall call, RunSessionResponse message) implements Signal {}

  /** A stream takes commands again. */
  record Writable(StreamCall call) implements Signal {}

  /** A stream has ended, whoever ended it. */
  record Ended(StreamCall call, Status status) implements Signal {}

  /** The listener has taken an event that came on a stream. */
  record Delivered(StreamCall call, long sequence) implements Signal {}

  /**
   * This host wants something.
   *
   * @param result of a step, to be completed by its end; {@code null} for other commands
   */
  record Submitted(
      String commandId, Command command, @Nullable CompletableFuture<StepResult> result)
      implements Signal {}

  /** The worker has ended. */
  record SandboxEnded(SandboxExit exit) implements Signal {}

  /** Stop at once, whatever is under way. */
  record Leave() implements Signal {}
}
