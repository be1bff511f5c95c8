package dev.osiris.host.run;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How others stop a run: once to cancel its steps and end it in order, {@link #kill} to end its
 * sandbox at once. Safe between threads.
 */
public final class RunControl {
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicReference<@Nullable Runnable> killer = new AtomicReference<>();

  private @Nullable Stop stop;
  private @Nullable Thread blocked;
  private @Nullable Runnable onStop;

  /** Asks the run to stop; only the first reason counts. */
  public void stop(Stop why) {
    Runnable tell = null;
    lock.lock();
    try {
      if (stop != null) {
        return;
      }
      stop = why;
      if (blocked != null) {
        // Under the lock: the thread must still be where an interrupt means this.
        blocked.interrupt();
      }
      tell = onStop;
    } finally {
      lock.unlock();
    }
    if (tell != null) {
      tell.run();
    }
  }

  /** Ends the sandbox at once, whatever its steps are doing. */
  public void kill() {
    Runnable now = killer.get();
    if (now != null) {
      now.run();
    }
  }

  Optional<Stop> stopped() {
    lock.lock();
    try {
      return Optional.ofNullable(stop);
    } finally {
      lock.unlock();
    }
  }

  /** Tells of a stop, at once when it was asked for already. */
  void onStop(Runnable task) {
    boolean already;
    lock.lock();
    try {
      onStop = task;
      already = stop != null;
    } finally {
      lock.unlock();
    }
    if (already) {
      task.run();
    }
  }

  void onKill(Runnable task) {
    killer.set(task);
  }

  /**
   * From now on a stop interrupts the calling thread.
   *
   * @throws InterruptedException when a stop was asked for already
   */
  void enterBlocking() throws InterruptedException {
    lock.lock();
    try {
      if (stop != null) {
        throw new InterruptedException("a stop was asked for");
      }
      blocked = Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  /** A stop no longer interrupts; one that came too late for it is taken back. */
  void leaveBlocking() {
    lock.lock();
    try {
      blocked = null;
      if (stop != null) {
        var unused = Thread.interrupted();
      }
    } finally {
      lock.unlock();
    }
  }
}
