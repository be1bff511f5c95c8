package dev.osiris.e2e.harness.database;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Something that is started once in this JVM, by who asks first. */
final class Shared<T> {

  private final ReentrantLock lock = new ReentrantLock();
  private final Supplier<T> start;
  private T started;

  Shared(Supplier<T> start) {
    this.start = start;
  }

  /** What was started. A start that failed is tried again by who asks next. */
  T get() {
    lock.lock();
    try {
      if (started == null) {
        started = start.get();
      }
      return started;
    } finally {
      lock.unlock();
    }
  }
}
