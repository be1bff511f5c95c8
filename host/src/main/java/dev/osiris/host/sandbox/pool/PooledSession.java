package dev.osiris.host.sandbox.pool;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionListener;
import dev.osiris.unit.DurationText;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One session out of a {@link SandboxPool}: its directory at once, its worker as soon as that is
 * ready. It belongs to whoever took it, also when the pool is closed, and nobody gets it again.
 * Safe between threads.
 */
public final class PooledSession implements AutoCloseable {
  private final Slot slot;
  private final Duration patience;

  PooledSession(Slot slot, Duration patience) {
    this.slot = slot;
    this.patience = patience;
  }

  /** The session's directory, which this process holds. */
  public SessionFolder folder() {
    return slot.folder();
  }

  /**
   * Waits for the worker, where it is not ready yet.
   *
   * @throws SandboxException when it could not be had, or not in time
   */
  public Sandbox sandbox() throws SandboxException, InterruptedException {
    try {
      return slot.worker().get(patience.toMillis(), TimeUnit.MILLISECONDS).sandbox();
    } catch (TimeoutException e) {
      throw SandboxException.noneFree(DurationText.of(patience));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SandboxException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * The open session. The listener hears what it has said so far, here and now, then what follows.
   *
   * @throws IllegalStateException when the worker is not there yet, or somebody has the session
   */
  public SessionClient session(SessionListener listener) {
    ReadyWorker worker = slot.there();
    if (worker == null) {
      throw new IllegalStateException("wait for the sandbox before taking its session");
    }
    worker.events().handOver(listener);
    return worker.session();
  }

  /** Ends session and sandbox, or the start that is under way; the directory stays. Idempotent. */
  @Override
  public void close() throws IOException {
    slot.close();
  }
}
