package dev.osiris.host.sandbox.pool;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SessionTemplate;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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
  private static final Duration REFILL_AFTER = Duration.ofMillis(50);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);

  private final SandboxProvider provider;
  private final SessionTemplate template;
  private final PoolSettings settings;
  private final WorkerStart starts;
  private final Semaphore starting;
  private final Thread jvmEnd = Thread.ofPlatform().name("pool-end").unstarted(this::close);
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("pool-timer").factory());
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock. Oldest first.
  private final Deque<Slot> waiting = new ArrayDeque<>();
  private int taken;
  private int making;
  private int troubles;
  private boolean pausing;
  private boolean closed;

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
    this.settings = settings;
    this.starts = new WorkerStart(provider, template, clock, nanos);
    this.starting = new Semaphore(settings.starting(), true);
    Runtime.getRuntime().addShutdownHook(jvmEnd);
    long pause = settings.checkEvery().toNanos();
    var unused = timer.scheduleWithFixedDelay(this::check, pause, pause, TimeUnit.NANOSECONDS);
    inBackground(this::refill);
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
    lock.lock();
    try {
      return (int) waiting.stream().filter(slot -> slot.usable() != null).count();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands out a session whose worker may still be starting. Does not wait for it.
   *
   * @throws IOException when there is none and no session directory can be made
   * @throws IllegalStateException when the pool is closed
   */
  public PooledSession reserve() throws IOException {
    Slot slot = takeWaiting();
    if (slot == null) {
      slot = slot();
      slot.begin();
    }
    refillSoon();
    return new PooledSession(slot, settings.patience());
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
    lock.lock();
    try {
      closed = true;
      waiting.forEach(slot -> background.execute(() -> discard(slot)));
      waiting.clear();
      timer.shutdownNow();
    } finally {
      lock.unlock();
    }
    // Waits for what it was given; whoever closes the pool a second time waits as well.
    background.close();
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

  // --- Making ready ---

  /** The oldest that is ready, else the oldest that is being started. */
  private @Nullable Slot takeWaiting() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the pool is closed");
      }
      taken++;
      Slot best =
          waiting.stream()
              .filter(slot -> slot.usable() != null)
              .findFirst()
              .orElseGet(waiting::peekFirst);
      waiting.remove(best);
      return best;
    } finally {
      lock.unlock();
    }
  }

  private void refill() {
    while (mayMakeOne()) {
      try {
        Slot slot = slot();
        if (!keep(slot)) {
          discard(slot);
        }
      } catch (IOException e) {
        doneMaking();
        pause("a session directory cannot be made: " + e.getMessage());
      }
    }
  }

  /** Not at once: the start of a worker takes the processors that the taken one needs now. */
  private void refillSoon() {
    lock.lock();
    try {
      if (!closed) {
        var unused =
            timer.schedule(
                () -> inBackground(this::refill), REFILL_AFTER.toNanos(), TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean mayMakeOne() {
    lock.lock();
    try {
      int wanted = Math.min(settings.ready(), settings.expected() - taken);
      if (closed || pausing || waiting.size() + making >= wanted) {
        return false;
      }
      making++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void doneMaking() {
    lock.lock();
    try {
      making--;
    } finally {
      lock.unlock();
    }
  }

  /** Begins the start; {@code false} when the pool was closed meanwhile. */
  private boolean keep(Slot slot) {
    lock.lock();
    try {
      making--;
      if (closed) {
        return false;
      }
      waiting.addLast(slot);
      slot.begin();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private Slot slot() throws IOException {
    return new Slot(starts.folder(), this::start, this::started);
  }

  private ReadyWorker start(SessionFolder folder) throws SandboxException, InterruptedException {
    starting.acquire();
    try {
      return starts.worker(folder);
    } finally {
      starting.release();
    }
  }

  // --- Looking after what waits ---

  private void started(Slot slot) {
    ReadyWorker worker = slot.usable();
    if (worker == null) {
      lost(slot, slot.problem());
    } else {
      var unused = worker.gone().thenRun(() -> lost(slot, "it ended"));
    }
  }

  private void check() {
    List<Slot> all;
    lock.lock();
    try {
      all = List.copyOf(waiting);
    } finally {
      lock.unlock();
    }
    for (Slot slot : all) {
      ReadyWorker worker = slot.usable();
      if (worker != null) {
        var unused =
            worker
                .session()
                .serving(settings.checkEvery())
                .thenAccept(serves -> checked(slot, serves));
      }
    }
  }

  private void checked(Slot slot, boolean serves) {
    if (!serves) {
      lost(slot, "it did not answer in time");
      return;
    }
    lock.lock();
    try {
      // A worker that has lived to a check: what made others fail is over.
      troubles = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Replaces a worker that waits; one that was handed out is its taker's to look after. */
  private void lost(Slot slot, String why) {
    lock.lock();
    try {
      if (closed || !waiting.remove(slot)) {
        return;
      }
      background.execute(() -> discard(slot));
    } finally {
      lock.unlock();
    }
    pause(why);
  }

  /** Makes no more workers ready for a while, each time twice as long. */
  private void pause(String why) {
    lock.lock();
    try {
      if (closed || pausing) {
        return;
      }
      pausing = true;
      Duration pause = settings.backOff().multipliedBy(1L << Math.min(troubles, 16));
      pause = pause.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : pause;
      troubles++;
      LOG.log(System.Logger.Level.INFO, "a waiting worker is replaced in {0}: {1}", pause, why);
      var unused = timer.schedule(this::goOn, pause.toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      lock.unlock();
    }
  }

  private void goOn() {
    lock.lock();
    try {
      pausing = false;
    } finally {
      lock.unlock();
    }
    inBackground(this::refill);
  }

  private void inBackground(Runnable task) {
    lock.lock();
    try {
      if (!closed) {
        background.execute(task);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void discard(Slot slot) {
    try {
      slot.discard();
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the unused session directory {0} stays behind: {1}",
          slot.folder().path(),
          e.getMessage());
    }
  }
}
