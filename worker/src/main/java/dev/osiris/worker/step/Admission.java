package dev.osiris.worker.step;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import dev.osiris.worker.duckdb.Share;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives out the worker's DuckDB memory, first come, first served, so that no step starves behind
 * smaller ones. Thread-safe.
 *
 * <p>A step that says nothing gets half of the memory where half feeds all threads, so that two run
 * side by side, and one that asks for fewer threads as much less. Being generous would not make it
 * faster: a scan that reuses a small buffer is quicker than one that takes fresh pages for all it
 * reads (measured: 0.75 s against 1.0 s for 0.8 GB), and steps wait less. A host that knows that
 * nothing runs beside a step asks for all.
 */
public final class Admission {

  private final long capacity;
  private final int threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock.
  private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
  private long free;

  public Admission(MemoryBudget budget) {
    this.capacity = budget.duckdb().bytes();
    this.threads = budget.threads();
    this.free = capacity;
  }

  /** What a step will get. Throws when it asks for more than there is. */
  public Share share(StepSpec.Resources asked) {
    ByteSize memory = asked.memory();
    Integer wished = asked.threads();
    int stepThreads = wished == null ? threads : Math.clamp(wished, 1, Math.max(threads, 1));
    long least = Math.min(capacity, stepThreads * MemoryBudget.PER_THREAD.bytes());
    long usual = capacity / 2 * stepThreads / Math.max(threads, 1);
    long bytes = memory == null ? Math.max(usual, least) : memory.bytes();
    if (bytes > capacity) {
      throw new StepException(
          Failure.of(
                  FailureCode.OUT_OF_MEMORY,
                  "the step asks for "
                      + new ByteSize(bytes)
                      + " and the worker has "
                      + new ByteSize(capacity)
                      + " for DuckDB")
              .advise("lower resources.memory, or give the sandbox more --memory"));
    }
    return new Share(new ByteSize(bytes), stepThreads);
  }

  /** All that there is, for a step that runs alone. */
  public Share whole() {
    return new Share(new ByteSize(capacity), threads);
  }

  /** What a share is of all that there is, from 0 to 1. */
  public double part(Share share) {
    return (double) share.memory().bytes() / capacity;
  }

  /** Whether the share could be taken at once. */
  public boolean free(Share share) {
    lock.lock();
    try {
      return waiting.isEmpty() && share.memory().bytes() <= free;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits its turn and takes the share; throws {@link StopSignal.Stopped} when the attempt is
   * stopped meanwhile.
   */
  public void acquire(Share share, StopSignal stop) throws InterruptedException {
    Ticket ticket = new Ticket();
    lock.lock();
    try {
      stop.onStop(this::wake);
      waiting.addLast(ticket);
      while (!ticket.equals(waiting.peekFirst()) || share.memory().bytes() > free) {
        stop.check();
        changed.await();
      }
      stop.check();
      free -= share.memory().bytes();
    } finally {
      waiting.remove(ticket);
      changed.signalAll();
      lock.unlock();
    }
  }

  public void release(Share share) {
    lock.lock();
    try {
      free += share.memory().bytes();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A place in the queue. */
  private static final class Ticket {}

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
