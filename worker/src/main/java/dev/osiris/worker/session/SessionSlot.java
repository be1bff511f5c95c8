package dev.osiris.worker.session;

import dev.osiris.session.Command;
import dev.osiris.session.SessionId;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one place for a session in this worker. All changes of {@link SessionState} happen here.
 * Thread-safe.
 */
public final class SessionSlot {

  private final SessionFactory factory;
  private final ReentrantLock lock = new ReentrantLock();
  private SessionState state;

  public SessionSlot(SessionFactory factory) {
    this.factory = factory;
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
      case SessionState.Stopped stopped -> Optional.empty();
    };
  }

  public Optional<Session> session(SessionId id) {
    return session().filter(session -> session.id().equals(id));
  }

  /**
   * Ends the session if there is one; afterwards the worker is vacant again. Returns when it is
   * closed.
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

  private void end(String reason, String commandId, SessionState after) {
    Session ending = null;
    lock.lock();
    try {
      if (state instanceof SessionState.Open open) {
        ending = open.session();
        state = new SessionState.Closing(ending);
      } else if (!(state instanceof SessionState.Closing)) {
        state = after;
      }
    } finally {
      lock.unlock();
    }
    if (ending != null) {
      // Outside the lock: steps need time to stop, and attached hosts hear their last events
      // meanwhile.
      ending.close(reason, commandId);
      lock.lock();
      try {
        state = after;
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
