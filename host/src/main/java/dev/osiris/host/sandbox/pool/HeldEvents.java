package dev.osiris.host.sandbox.pool;

import dev.osiris.host.session.SessionListener;
import dev.osiris.session.JournalEntry;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a session says until somebody has taken it, who then hears all of it in order. Safe
 * between threads.
 */
final class HeldEvents implements SessionListener {
  // Held while the listener is called: what is held must be heard before what comes next.
  private final ReentrantLock order = new ReentrantLock();
  private final Queue<Consumer<SessionListener>> held = new ArrayDeque<>();
  private @Nullable SessionListener taker;

  /** Tells all that was held; from now on everything goes there at once. */
  void handOver(SessionListener listener) {
    order.lock();
    try {
      if (taker != null) {
        throw new IllegalStateException("the session was taken already");
      }
      taker = listener;
      held.forEach(call -> call.accept(listener));
      held.clear();
    } finally {
      order.unlock();
    }
  }

  @Override
  public void event(JournalEntry entry) {
    tell(entry.sequence() > 0, listener -> listener.event(entry));
  }

  @Override
  public void connection(String change, String detail) {
    tell(true, listener -> listener.connection(change, detail));
  }

  /**
   * @param lasting whether it means anything later; a heartbeat does not
   */
  private void tell(boolean lasting, Consumer<SessionListener> call) {
    order.lock();
    try {
      if (taker != null) {
        call.accept(taker);
      } else if (lasting) {
        held.add(call);
      }
    } finally {
      order.unlock();
    }
  }
}
