package dev.osiris.worker.session;

import dev.osiris.session.Command;

/** Makes the session that a host asks for. */
@FunctionalInterface
public interface SessionFactory {

  /**
   * Creates the directory, opens the journal, and returns the session with its first event kept.
   */
  Session open(Command.OpenSession command);
}
