package dev.osiris.worker.session;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** How far the host has kept this session's events. Thread-safe. */
public final class Acknowledgements {

  private static final long LOOK_MILLIS = 100;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  // Guarded by lock.
  private long sequence;

  /** The host has kept all events up to this one. */
  public void upTo(long newest) {
    lock.lock();
    try {
      sequence = Math.max(sequence, newest);
      advanced.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the host has kept an event.
   *
   * @param hopeless asked now and then: whether there is nothing to wait for any more
   * @return whether it has
   */
  boolean await(long event, BooleanSupplier hopeless) {
    lock.lock();
    try {
      while (sequence < event && !hopeless.getAsBoolean()) {
        // Not ended by an interrupt: who stops the step is asked for as well.
        awaitUninterruptibly();
      }
      return sequence >= event;
    } finally {
      lock.unlock();
    }
  }

  private void awaitUninterruptibly() {
    boolean interrupted = Thread.interrupted();
    try {
      var _ = advanced.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
