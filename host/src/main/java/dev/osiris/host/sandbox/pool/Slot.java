package dev.osiris.host.sandbox.pool;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.sandbox.SandboxException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session directory and the worker that is being started for it, is there, or could not be had.
 * Safe between threads.
 */
final class Slot {
  private final SessionFolder folder;
  private final CompletableFuture<ReadyWorker> worker = new CompletableFuture<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Thread start;

  /** What starts a worker, and may be interrupted. */
  interface Start {
    ReadyWorker worker(SessionFolder folder) throws SandboxException, InterruptedException;
  }

  /**
   * @param afterwards is called on the starting thread once the worker is there or could not be had
   */
  Slot(SessionFolder folder, Start how, Consumer<Slot> afterwards) {
    this.folder = folder;
    this.start =
        Thread.ofVirtual()
            .name("start-" + folder.session())
            .unstarted(() -> {
              run(how);
              afterwards.accept(this);
            });
  }

  void begin() {
    start.start();
  }

  SessionFolder folder() {
    return folder;
  }

  /** Completes with the worker, or exceptionally with why there is none. */
  CompletableFuture<ReadyWorker> worker() {
    return worker;
  }

  /** The worker, once it is there. */
  @Nullable ReadyWorker there() {
    return worker.isDone() && !worker.isCompletedExceptionally() ? worker.join() : null;
  }

  /** The worker, once it is there and for as long as it is of use. */
  @Nullable ReadyWorker usable() {
    ReadyWorker there = there();
    return there == null || there.isGone() ? null : there;
  }

  /** Why there is no usable worker, for the log. */
  String problem() {
    return worker.isCompletedExceptionally()
        ? String.valueOf(worker.exceptionNow().getMessage())
        : "it ended";
  }

  /** Gives up a start that is under way, ends the worker, and removes the unused directory. */
  void discard() throws IOException {
    if (ended.compareAndSet(false, true)) {
      end();
      folder.discard();
    }
  }

  /** The same, but what is in the directory stays. */
  void close() throws IOException {
    if (ended.compareAndSet(false, true)) {
      end();
      folder.close();
    }
  }

  private void end() {
    worker.completeExceptionally(new IllegalStateException("the session was given up"));
    start.interrupt();
    joinStart();
    ReadyWorker there = there();
    if (there != null) {
      there.close();
    }
  }

  /** Waits in any case: a start that was told to stop does so, and writes to the directory. */
  private void joinStart() {
    boolean interrupted = false;
    while (start.isAlive()) {
      try {
        start.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Start how) {
    try {
      ReadyWorker made = how.worker(folder);
      if (!worker.complete(made)) {
        made.close();
      }
    } catch (SandboxException | InterruptedException | RuntimeException e) {
      // Interrupted only when nobody wants it any more.
      worker.completeExceptionally(e);
    }
  }
}
