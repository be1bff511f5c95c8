package dev.osiris.host.sandbox.pool;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.sandbox.SandboxException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a pool that wait to be taken, and how they are replaced: each one that is taken or
 * lost by another, after a pause that grows while replacements fail as well. Safe between threads.
 */
final class Refilling implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Refilling.class.getName());
  private static final Duration REFILL_AFTER = Duration.ofMillis(50);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);

  private final PoolSettings settings;
  private final WorkerStart starts;
  private final Semaphore starting;
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

  Refilling(WorkerStart starts, PoolSettings settings) {
    this.starts = starts;
    this.settings = settings;
    this.starting = new Semaphore(settings.starting(), true);
  }

  /** Begins to make workers ready, and looks after them now and then. */
  void begin(Runnable check) {
    long pause = settings.checkEvery().toNanos();
    var unused = timer.scheduleWithFixedDelay(check, pause, pause, TimeUnit.NANOSECONDS);
    inBackground(this::refill);
  }

  /** What waits at this moment. */
  List<Slot> waiting() {
    lock.lock();
    try {
      return List.copyOf(waiting);
    } finally {
      lock.unlock();
    }
  }

  /** A worker has lived to a check: what made others fail is over. */
  void healthy() {
    lock.lock();
    try {
      troubles = 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The oldest that is ready, else the oldest that is being started.
   *
   * @throws IllegalStateException when the pool is closed
   */
  @Nullable Slot take() {
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
  void soon() {
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

  /** One more, which nobody waits for here. */
  Slot slot() throws IOException {
    return new Slot(starts.folder(), this::start, this::started);
  }

  private void started(Slot slot) {
    ReadyWorker worker = slot.usable();
    if (worker == null) {
      lost(slot, slot.problem());
    } else {
      var unused = worker.gone().thenRun(() -> lost(slot, "it ended"));
    }
  }

  private ReadyWorker start(SessionFolder folder) throws SandboxException, InterruptedException {
    starting.acquire();
    try {
      return starts.worker(folder);
    } finally {
      starting.release();
    }
  }

  /** Replaces a worker that waits; one that was handed out is its taker's to look after. */
  void lost(Slot slot, String why) {
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

  /** Ends what waits or is being started, and returns when all of it is gone. */
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
    // Waits for what it was given; whoever closes a second time waits as well.
    background.close();
  }
}
