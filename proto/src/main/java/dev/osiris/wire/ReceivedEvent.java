package dev.osiris.wire;

import dev.osiris.session.JournalEntry;

/** An event as it arrived. */
public sealed interface ReceivedEvent {

  /** Its place in the journal; 0 for events that are not kept. */
  long sequence();

  record Known(JournalEntry entry) implements ReceivedEvent {
    @Override
    public long sequence() {
      return entry.sequence();
    }
  }

  /** An event of a later version: to be counted and passed over. */
  record Unknown(long sequence) implements ReceivedEvent {}
}
