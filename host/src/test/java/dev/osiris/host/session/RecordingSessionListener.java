package dev.osiris.host.session;

import dev.osiris.session.JournalEntry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it hears. */
public class RecordingSessionListener implements SessionListener {
  private final List<JournalEntry> entries = new CopyOnWriteArrayList<>();
  private final List<String> changes = new CopyOnWriteArrayList<>();

  @Override
  public void event(JournalEntry entry) {
    entries.add(entry);
  }

  @Override
  public void connection(String change, String detail) {
    changes.add(change);
  }

  List<JournalEntry> entries() {
    return entries;
  }

  /** Sequence numbers of kept events, as they were heard. */
  List<Long> sequences() {
    return entries.stream().map(JournalEntry::sequence).filter(number -> number > 0).toList();
  }

  List<String> changes() {
    return changes;
  }
}
