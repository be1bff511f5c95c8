package dev.osiris.host.run;

import dev.osiris.host.run.store.HostLog;
import dev.osiris.host.session.SessionListener;
import dev.osiris.session.JournalEntry;
import java.util.Map;

/** Passes a session's events on, and keeps what happened to the connection in the host's log. */
final class RunEvents implements SessionListener {
  private final RunListener listener;
  private final HostLog log;

  RunEvents(RunListener listener, HostLog log) {
    this.listener = listener;
    this.log = log;
  }

  @Override
  public void event(JournalEntry entry) {
    listener.event(entry);
  }

  @Override
  public void connection(String change, String detail) {
    log.write("connection_" + change, Map.of("detail", detail));
    listener.note("connection " + change + ": " + detail);
  }
}
