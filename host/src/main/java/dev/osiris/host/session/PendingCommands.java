package dev.osiris.host.session;

import dev.osiris.failure.Failure;
import dev.osiris.session.Command;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Commands that are not answered yet, by their id. Used by the session's loop alone, but for the
 * futures.
 */
final class PendingCommands {

  private record Key(StepId step, String attempt) {}

  private record Step(String commandId, CompletableFuture<StepResult> result) {}

  private final Map<Key, Step> steps = new LinkedHashMap<>();
  private final Map<String, Command> unanswered = new LinkedHashMap<>();

  /** Notes a command; a pending step's future is completed by its end. */
  void add(String commandId, Command command, @Nullable CompletableFuture<StepResult> result) {
    unanswered.put(commandId, command);
    if (command instanceof Command.RunStep run && result != null) {
      steps.put(key(run.step()), new Step(commandId, result));
    }
  }

  void answered(String commandId) {
    unanswered.remove(commandId);
  }

  /** The worker has it and runs it once, whatever happens to the stream. */
  void accepted(StepId step, String attempt) {
    Step pending = steps.get(new Key(step, attempt));
    if (pending != null) {
      unanswered.remove(pending.commandId);
    }
  }

  /** Takes out the future of a step that has ended; empty when this host did not start it. */
  Optional<CompletableFuture<StepResult>> ended(StepId step, String attempt) {
    Step pending = steps.remove(new Key(step, attempt));
    // Asking a step to stop that has ended needs no answer any more.
    unanswered
        .values()
        .removeIf(command ->
            command instanceof Command.CancelStep cancel
                && cancel.step().equals(step)
                && cancel.attempt().equals(attempt));
    if (pending == null) {
      return Optional.empty();
    }
    unanswered.remove(pending.commandId);
    return Optional.of(pending.result);
  }

  /** The command of that id, while it waits for its answer. */
  Optional<Command> find(String commandId) {
    return Optional.ofNullable(unanswered.get(commandId));
  }

  /** What a new attachment has to be told again; steps that were accepted are not among it. */
  Map<String, Command> unanswered() {
    return new LinkedHashMap<>(unanswered);
  }

  /** Takes out all futures. */
  List<CompletableFuture<StepResult>> takeAll() {
    List<CompletableFuture<StepResult>> all = steps.values().stream().map(Step::result).toList();
    steps.clear();
    unanswered.clear();
    return all;
  }

  /** The end of a step that the worker would not take. */
  static StepResult rejected(StepSpec step, Failure failure) {
    return new StepResult.Failed(step.id(), step.attempt(), Duration.ZERO, failure, List.of());
  }

  private static Key key(StepSpec step) {
    return new Key(step.id(), step.attempt());
  }
}
