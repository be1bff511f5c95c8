package dev.osiris.host.session;

import dev.osiris.session.JournalEntry;

/** Hears a session. All calls come in order and on one thread, which may take its time. */
public interface SessionListener {

  /** Each kept event once, in the order of its sequence number; heartbeats and the like between. */
  void event(JournalEntry entry);

  /**
   * What happened to the conversation itself.
   *
   * @param change one word: {@code attached}, {@code broken}, {@code lost}
   */
  void connection(String change, String detail);
}
