package dev.osiris.host.sandbox.pool;

import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.session.SessionClient;
import java.util.concurrent.CompletableFuture;

/** A worker whose session is open and that has nothing to do yet. */
record ReadyWorker(Sandbox sandbox, SessionClient session, HeldEvents events) {

  /** Completes when the worker is of no use any more; never exceptionally. */
  CompletableFuture<Void> gone() {
    return CompletableFuture.anyOf(sandbox.exit(), session.ended()).thenRun(() -> {});
  }

  boolean isGone() {
    return sandbox.exit().isDone() || session.ended().isDone();
  }

  /** Ends the session in order where there is one, then the sandbox. */
  void close() {
    if (isGone()) {
      session.abandon();
    } else {
      session.close();
    }
    sandbox.close();
  }
}
