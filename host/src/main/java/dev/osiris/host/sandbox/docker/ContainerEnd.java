package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.unit.ByteSize;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Hears from the engine how a container ends. It listens from before the start, because a container
 * that has ended is removed and cannot be asked.
 */
final class ContainerEnd extends ResultCallback.Adapter<Event> {
  static final String[] EVENTS = {"oom", "die", "destroy"};

  private static final int KILLED = 137;

  private final ByteSize memory;
  private final CompletableFuture<SandboxExit> exit = new CompletableFuture<>();
  private final CompletableFuture<Void> removed = new CompletableFuture<>();

  private @Nullable Integer code;
  private boolean outOfMemory;

  ContainerEnd(ByteSize memory) {
    this.memory = memory;
  }

  /** Completes with the end, never exceptionally. */
  CompletableFuture<SandboxExit> exit() {
    return exit;
  }

  /** Completes when the container is no more, or nobody tells. */
  CompletableFuture<Void> removed() {
    return removed;
  }

  /** Nobody will tell how it ended. */
  void giveUp() {
    exit.complete(new SandboxExit(null, false, memory, null));
    removed.complete(null);
  }

  @Override
  public void onNext(Event event) {
    switch (String.valueOf(event.getAction())) {
      case "oom" -> {
        outOfMemory = true;
        completeIfKnown();
      }
      case "die" -> {
        code = codeOf(event.getActor());
        completeIfKnown();
      }
      case "destroy" -> {
        complete();
        removed.complete(null);
      }
      default -> {
        // Not asked for.
      }
    }
  }

  /** The library would log it as an error of its own, and for this it is an end like others. */
  @Override
  public void onError(Throwable problem) {
    giveUp();
  }

  @Override
  public void onComplete() {
    giveUp();
    super.onComplete();
  }

  /** The kernel's kill and the news of it come on different ways; the removal comes after both. */
  private void completeIfKnown() {
    if (code != null && (code != KILLED || outOfMemory)) {
      complete();
    }
  }

  private void complete() {
    exit.complete(
        new SandboxExit(code, outOfMemory && Integer.valueOf(KILLED).equals(code), memory, null));
  }

  private static @Nullable Integer codeOf(@Nullable EventActor actor) {
    Map<String, String> attributes = actor == null ? null : actor.getAttributes();
    String text = attributes == null ? null : attributes.get("exitCode");
    try {
      return text == null ? null : Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
