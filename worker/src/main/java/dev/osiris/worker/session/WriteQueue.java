package dev.osiris.worker.session;

import dev.osiris.session.Event;
import dev.osiris.worker.session.Journal.Pending;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Events on their way to the journal's writer. Those that are followed by others wait a moment for
 * them: telemetry, and a publication, after which its step ends. Written, forced and sent one by
 * one they would cost a small step more than its work. Thread-safe.
 */
final class WriteQueue {

  private static final long COMPANY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int CAPACITY = 8_192;
  private static final int BATCH = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition room = lock.newCondition();
  // Guarded by lock.
  private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
  private boolean urgent;

  /**
   * Adds an event; a fact waits for room, since it is not lost because its step is being stopped.
   *
   * @return false when it is telemetry for which there is no room
   */
  boolean add(Pending pending) {
    Event event = pending.event();
    boolean telemetry = event instanceof Event.Telemetry;
    lock.lock();
    try {
      while (waiting.size() >= CAPACITY) {
        if (telemetry) {
          return false;
        }
        room.awaitUninterruptibly();
      }
      waiting.addLast(pending);
      urgent |= !telemetry && !(event instanceof Event.OutputPublished);
      if (urgent || waiting.size() == 1) {
        arrived.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for events and takes some, oldest first. */
  List<Pending> take() {
    lock.lock();
    try {
      while (waiting.isEmpty()) {
        arrived.awaitUninterruptibly();
      }
      awaitCompany();
      List<Pending> batch = new ArrayList<>();
      while (batch.size() < BATCH && !waiting.isEmpty()) {
        batch.add(waiting.removeFirst());
      }
      urgent &= !waiting.isEmpty();
      room.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void awaitCompany() {
    long left = COMPANY_NANOS;
    try {
      while (!urgent && waiting.size() < BATCH && left > 0) {
        left = arrived.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Nobody interrupts the writer; if somebody does, it writes at once.
      Thread.currentThread().interrupt();
    }
  }
}
