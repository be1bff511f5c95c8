package dev.osiris.worker.session;

import dev.osiris.session.Command;
import dev.osiris.session.SessionId;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one place for a session in this worker. All changes of {@link SessionState} happen here.
 * Thread-safe.
 */
public final class SessionSlot {

  private final SessionFactory factory;
  private final Runnable tidy;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closed = lock.newCondition();
  private SessionState state;

  /**
   * An empty slot.
   *
   * @param tidy lets go of what the worker still holds of a session that has ended, before the next
   *     one
   */
  public SessionSlot(SessionFactory factory, Runnable tidy) {
    this.factory = factory;
    this.tidy = tidy;
    this.state = new SessionState.Vacant(factory);
  }

  /** Opens a session, or throws the violation that says why not. */
  public Session open(Command.OpenSession command) {
    lock.lock();
    try {
      Session session = state.open(command);
      state = new SessionState.Open(session);
      return session;
    } finally {
      lock.unlock();
    }
  }

  /** The open session of that name. */
  public Session attach(Command.AttachSession command) {
    return current().attach(command);
  }

  /** The session, when a command may still start something in it. */
  public Session working(String command) {
    return current().working(command);
  }

  /** The session that is open or closing. */
  public Optional<Session> session() {
    return switch (current()) {
      case SessionState.Open open -> Optional.of(open.session());
      case SessionState.Closing closing -> Optional.of(closing.session());
      case SessionState.Vacant vacant -> Optional.empty();
      case SessionState.Stuck stuck -> Optional.empty();
      case SessionState.Stopped stopped -> Optional.empty();
    };
  }

  public Optional<Session> session(SessionId id) {
    return session().filter(session -> session.id().equals(id));
  }

  /**
   * Ends the session if there is one; afterwards the worker is vacant again, unless a step does not
   * stop: then it takes no other session. Returns when it is closed.
   *
   * @param commandId who asked
   */
  public void close(String reason, String commandId) {
    end(reason, commandId, new SessionState.Vacant(factory));
  }

  /** Ends the session if there is one, and takes no other. Returns when it is closed. */
  public void stop(String reason) {
    end(reason, "", new SessionState.Stopped());
  }

  /** Whether a step of the last session did not stop, so that there can be no other session. */
  public boolean stuck() {
    return current() instanceof SessionState.Stuck;
  }

  /** Whether there can be no other session. */
  public boolean over() {
    SessionState now = current();
    return now instanceof SessionState.Stuck || now instanceof SessionState.Stopped;
  }

  private void end(String reason, String commandId, SessionState after) {
    Session ending = null;
    lock.lock();
    try {
      if (state instanceof SessionState.Open open) {
        ending = open.session();
        state = new SessionState.Closing(ending);
      } else {
        // Somebody else is at it, and who calls this relies on the end.
        while (state instanceof SessionState.Closing) {
          closed.awaitUninterruptibly();
        }
        state = state instanceof SessionState.Stuck ? state : after;
      }
    } finally {
      lock.unlock();
    }
    if (ending != null) {
      // Outside the lock: steps need time to stop, and attached hosts hear their last events
      // meanwhile.
      ending.close(reason, commandId);
      tidy.run();
      boolean idle = ending.attempts().running() == 0;
      lock.lock();
      try {
        // A step that runs on has memory and files that the next session would be without.
        state = idle ? after : new SessionState.Stuck();
        closed.signalAll();
      } finally {
        lock.unlock();
      }
      ending.markOver();
    }
  }

  private SessionState current() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }
}
