package dev.osiris.worker.session;

import dev.osiris.session.Command;
import dev.osiris.session.ProtocolVersions;

/**
 * What the worker's one session may be asked now. A command that a state does not override is a
 * violation of the protocol.
 *
 * <p>States are replaced, never changed, and only by {@link SessionSlot}.
 */
sealed interface SessionState {

  /** For messages: "… is not legal while the session is …". */
  String describe();

  default Session open(Command.OpenSession command) {
    throw ProtocolViolation.unexpected("OpenSession", this);
  }

  default Session attach(Command.AttachSession command) {
    throw ProtocolViolation.noSuchSession(command.session().value());
  }

  default Session working(String command) {
    throw ProtocolViolation.unexpected(command, this);
  }

  /** No session yet, or the last one has ended: the worker waits. */
  record Vacant(SessionFactory factory) implements SessionState {
    @Override
    public String describe() {
      return "not open";
    }

    @Override
    public Session open(Command.OpenSession command) {
      return factory.open(command);
    }
  }

  /** A session is open and takes commands. */
  record Open(Session session) implements SessionState {
    @Override
    public String describe() {
      return "open";
    }

    @Override
    public Session open(Command.OpenSession command) {
      throw ProtocolViolation.busy(session.id().value());
    }

    @Override
    public Session attach(Command.AttachSession command) {
      if (!session.id().equals(command.session())) {
        throw ProtocolViolation.noSuchSession(command.session().value());
      }
      if (ProtocolVersions.SUPPORTED.agree(command.protocol()) == 0) {
        throw ProtocolViolation.noCommonVersion(command.protocol(), ProtocolVersions.SUPPORTED);
      }
      long newest = session.journal().lastSequence();
      if (command.afterSequence() > newest) {
        throw ProtocolViolation.unknownEvent(command.afterSequence(), newest);
      }
      return session;
    }

    @Override
    public Session working(String command) {
      return session;
    }
  }

  /** A session ends: steps stop, no command starts anything. A host may attach to hear the end. */
  record Closing(Session session) implements SessionState {
    @Override
    public String describe() {
      return "closing";
    }

    @Override
    public Session open(Command.OpenSession command) {
      throw ProtocolViolation.busy(session.id().value());
    }

    @Override
    public Session attach(Command.AttachSession command) {
      return new Open(session).attach(command);
    }
  }

  /** The session has ended and one of its steps has not: the worker is of no more use. */
  record Stuck() implements SessionState {
    @Override
    public String describe() {
      return "over, and one of its steps does not stop";
    }

    @Override
    public Session open(Command.OpenSession command) {
      throw ProtocolViolation.draining();
    }
  }

  /** The worker drains and will exit. */
  record Stopped() implements SessionState {
    @Override
    public String describe() {
      return "over, and the worker stops";
    }

    @Override
    public Session open(Command.OpenSession command) {
      throw ProtocolViolation.draining();
    }
  }
}
