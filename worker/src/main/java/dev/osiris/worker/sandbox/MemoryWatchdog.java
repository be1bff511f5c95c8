package dev.osiris.worker.sandbox;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.unit.ByteSize;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stops a step before the worker outgrows its limit and the kernel ends it with all its steps. The
 * budget keeps the worker below the limit, so coming near it means that something outside the
 * budget grows: DuckDB does not count the texts that {@code min()} or {@code string_agg()} keep,
 * nor what a driver takes.
 *
 * <p>It looks while a step runs and stops the youngest, which has the least to lose and was most
 * likely the one; the next only when that has ended. How soon it looks again follows from how far
 * the limit is: many workers on one machine would else be busy with looking (measured: fifty of
 * them with a quarter of two processors). Measured: such an aggregate takes 200 to 400 MB a second.
 * Thread-safe.
 */
public final class MemoryWatchdog {

  /** Faster than anything is known to grow, in bytes a millisecond. */
  private static final long FASTEST = 1L << 19;

  private static final long SHORTEST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 200;

  /** Part of the limit that stays free, within bounds: the kernel needs some to work with. */
  private static final int MARGIN_PART = 16;

  private static final long LEAST_MARGIN = 12L << 20;
  private static final long MOST_MARGIN = 24L << 20;

  /**
   * Room for what is taken until the next look near the limit, and until the step has heard of it.
   */
  private static final long AHEAD_MILLIS = 2 * SHORTEST_PAUSE_MILLIS;

  private final MemoryBudget budget;
  private final LongSupplier heldBytes;
  private final LongSupplier nanos;
  private final ScheduledExecutorService scheduler;
  private final long margin;
  // Asked under the lock.
  private final Thrashing thrashing;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final Deque<Guard> running = new ArrayDeque<>();
  private @Nullable Guard stopping;
  private @Nullable Future<?> looking;
  private long before;
  private long lookedAt;

  /**
   * @param heldBytes what counts against the limit and cannot be had back; asked by one thread at a
   *     time
   * @param majorFaults of this process since its start
   * @param nanos a clock that never goes back
   */
  public MemoryWatchdog(
      MemoryBudget budget,
      LongSupplier heldBytes,
      LongSupplier majorFaults,
      LongSupplier nanos,
      ScheduledExecutorService scheduler) {
    this.thrashing = new Thrashing(majorFaults, nanos);
    this.budget = budget;
    this.heldBytes = heldBytes;
    this.nanos = nanos;
    this.scheduler = scheduler;
    this.margin = Math.clamp(budget.limit().bytes() / MARGIN_PART, LEAST_MARGIN, MOST_MARGIN);
  }

  /**
   * A step runs, until this is closed.
   *
   * @param stop hears why the step has to stop; again and again, until it has
   */
  public Guard guard(Consumer<Failure> stop) {
    Guard guard = new Guard(stop);
    lock.lock();
    try {
      running.addLast(guard);
      if (looking == null) {
        before = heldBytes.getAsLong();
        lookedAt = nanos.getAsLong();
        thrashing.begin();
        lookAgain(before);
      }
    } finally {
      lock.unlock();
    }
    return guard;
  }

  /** One step that runs. */
  public final class Guard implements AutoCloseable {
    private final Consumer<Failure> stop;
    private @Nullable Failure failure;

    private Guard(Consumer<Failure> stop) {
      this.stop = stop;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        running.remove(this);
        if (equals(stopping)) {
          stopping = null;
        }
        if (running.isEmpty() && looking != null) {
          looking.cancel(false);
          looking = null;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  void look() {
    Guard victim;
    lock.lock();
    try {
      if (running.isEmpty()) {
        return;
      }
      long now = heldBytes.getAsLong();
      boolean near = budget.limit().bytes() - now < Math.max(margin, ahead(now));
      boolean thrashes = thrashing.goesOn();
      if (stopping == null && (near || thrashes)) {
        stopping = running.peekLast();
        if (stopping != null) {
          stopping.failure = near ? tooNear(now) : tooSlow(now);
          thrashing.begin();
        }
      }
      victim = stopping;
      lookAgain(now);
    } finally {
      lock.unlock();
    }
    if (victim != null && victim.failure != null) {
      victim.stop.accept(victim.failure);
    }
  }

  /** One look is due at a time, also when one came while the steps before had just ended. */
  private void lookAgain(long held) {
    if (looking != null) {
      looking.cancel(false);
    }
    long room = budget.limit().bytes() - margin - held;
    long pause = Math.clamp(room / FASTEST, SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
    looking = scheduler.schedule(this::look, pause, TimeUnit.MILLISECONDS);
  }

  /** What is taken in the time ahead, should it go on to grow as it did since the last look. */
  private long ahead(long held) {
    long now = nanos.getAsLong();
    double millis = Math.max(1, (now - lookedAt) / 1e6);
    long growth = Math.max(held - before, 0);
    before = held;
    lookedAt = now;
    return (long) (growth / millis * AHEAD_MILLIS);
  }

  private Failure tooSlow(long held) {
    return failure(
        "the sandbox's memory of %s no longer held the worker's own code beside its data (%s; held %s):"
            + " for "
            + Thrashing.SECONDS
            + " s it was busy with reading it again, and the step was stopped",
        held,
        "raise --memory, or try once more with --retry-memory");
  }

  private Failure tooNear(long held) {
    return failure(
        "the worker came too near to the sandbox's memory limit of %s by memory that DuckDB does not"
            + " count, and the step was stopped (%s; peak %s)",
        held,
        "raise --memory, try once more with --retry-memory, or let the step hold less at once:"
            + " string_agg() and min() or max() of texts keep a text for each group");
  }

  /**
   * @param message with places for the limit, how it is split, and what is held
   */
  private Failure failure(String message, long held, String advice) {
    return Failure.of(
            FailureCode.OUT_OF_MEMORY,
            String.format(Locale.ROOT, message, budget.limit(), budget.split(), new ByteSize(held)))
        .advise(advice);
  }
}
