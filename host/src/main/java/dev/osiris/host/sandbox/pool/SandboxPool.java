package dev.osiris.host.sandbox.pool;

import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SessionTemplate;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Keeps workers ready: started, gone through a session of their own so that everything is loaded,
 * with the session open that a taker gets. What is left for the taker to wait for is its first
 * step.
 *
 * <p>Every session differs from the others in its id alone, which is given when its worker is
 * started, because a sandbox has its session directory from the start. Each is handed out once. A
 * worker that ends or stops answering while it waits is replaced, after a pause that grows while
 * replacements fail as well; a taker always gets the failure of its own worker, at once.
 *
 * <p>Safe between threads. Closing ends what waits or is being started, removes the directories of
 * sessions that nobody took, and returns when all of it is gone; the end of this JVM does the same.
 */
public final class SandboxPool implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SandboxPool.class.getName());

  private final SandboxProvider provider;
  private final SessionTemplate template;
  private final Duration checkEvery;
  private final Duration patience;
  private final Refilling refilling;
  private final Thread jvmEnd = Thread.ofPlatform().name("pool-end").unstarted(this::close);

  /**
   * Begins to make workers ready.
   *
   * @param template of every session
   * @param nanos a clock that never goes back
   */
  public SandboxPool(
      SandboxProvider provider,
      SessionTemplate template,
      PoolSettings settings,
      InstantSource clock,
      LongSupplier nanos) {
    this.provider = provider;
    this.template = template;
    this.checkEvery = settings.checkEvery();
    this.patience = settings.patience();
    this.refilling = new Refilling(new WorkerStart(provider, template, clock, nanos), settings);
    Runtime.getRuntime().addShutdownHook(jvmEnd);
    refilling.begin(this::check);
  }

  /** Starts the sandboxes; a session that has lost its own may get another one there. */
  public SandboxProvider provider() {
    return provider;
  }

  public SessionTemplate template() {
    return template;
  }

  /** Workers that could be handed out at this moment without waiting. */
  public int ready() {
    return (int) refilling.waiting().stream().filter(slot -> slot.usable() != null).count();
  }

  /**
   * Hands out a session whose worker may still be starting. Does not wait for it.
   *
   * @throws IOException when there is none and no session directory can be made
   * @throws IllegalStateException when the pool is closed
   */
  public PooledSession reserve() throws IOException {
    Slot slot = refilling.take();
    if (slot == null) {
      slot = refilling.slot();
      slot.begin();
    }
    refilling.soon();
    return new PooledSession(slot, patience);
  }

  /**
   * Hands out a session whose worker is ready, waiting for it if need be, for a bounded time.
   *
   * @throws SandboxException when it could not be had, or not in time
   * @throws IOException when no session directory can be made
   * @throws IllegalStateException when the pool is closed
   */
  public PooledSession take() throws SandboxException, InterruptedException, IOException {
    PooledSession session;
    try {
      session = reserve();
    } catch (ClosedByInterruptException e) {
      // What an interrupt does to a thread that writes a file.
      throw new InterruptedException("interrupted while the session directory was made");
    }
    boolean there = false;
    try {
      var unused = session.sandbox();
      there = true;
      return session;
    } finally {
      if (!there) {
        session.close();
      }
    }
  }

  @Override
  public void close() {
    refilling.close();
    if (Thread.currentThread() != jvmEnd) {
      forgetJvmEnd();
    }
  }

  private void forgetJvmEnd() {
    try {
      Runtime.getRuntime().removeShutdownHook(jvmEnd);
    } catch (IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "the JVM is ending, too: {0}", e.getMessage());
    }
  }

  private void check() {
    for (Slot slot : refilling.waiting()) {
      ReadyWorker worker = slot.usable();
      if (worker != null) {
        var unused =
            worker.session().serving(checkEvery).thenAccept(serves -> checked(slot, serves));
      }
    }
  }

  private void checked(Slot slot, boolean serves) {
    if (serves) {
      refilling.healthy();
    } else {
      refilling.lost(slot, "it did not answer in time");
    }
  }
}
