package dev.osiris.host.session;

import dev.osiris.session.JournalEntry;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hands events to the listener on a thread of its own, in order. The queue is bounded by the
 * stream's flow control: a slow listener stops the worker's telemetry, not this host's pings.
 */
final class Delivery {
  private static final System.Logger LOG = System.getLogger(Delivery.class.getName());

  private final SessionListener listener;
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final AtomicBoolean running = new AtomicBoolean(true);
  private final Thread thread;

  Delivery(SessionListener listener, String name) {
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("events-" + name).start(this::run);
  }

  /**
   * Gives an event to the listener, then does the rest: a future completes after its event was
   * heard.
   */
  void event(JournalEntry entry, Runnable afterwards) {
    tasks.add(() -> {
      listener.event(entry);
      afterwards.run();
    });
  }

  void connection(String change, String detail) {
    tasks.add(() -> listener.connection(change, detail));
  }

  /** Does something after all events so far were heard. */
  void afterwards(Runnable task) {
    tasks.add(task);
  }

  /** Ends the thread when everything before has been heard. */
  void end() {
    tasks.add(() -> running.set(false));
  }

  void join() throws InterruptedException {
    if (Thread.currentThread() != thread) {
      thread.join();
    }
  }

  private void run() {
    while (running.get()) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        LOG.log(System.Logger.Level.DEBUG, "interrupted; events are still owed to the listener");
      } catch (RuntimeException e) {
        // A listener that fails must not take the session with it.
        LOG.log(System.Logger.Level.ERROR, "a session listener failed", e);
      }
    }
  }
}
