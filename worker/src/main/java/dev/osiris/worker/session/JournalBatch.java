package dev.osiris.worker.session;

import dev.osiris.session.JournalEntry;
import dev.osiris.wire.EventJson;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a journal writes, forces and tells together. Events that others follow wait a moment for
 * them: telemetry, and a publication; told one by one they would cost a small step more than its
 * work. Used by the writing thread alone.
 */
final class JournalBatch {

  /** How long an event waits for others, in milliseconds. */
  static final long COMPANY_MILLIS = 20;

  final StringBuilder text = new StringBuilder();
  final List<JournalEntry> entries = new ArrayList<>();
  final List<CompletableFuture<JournalEntry>> told = new ArrayList<>();
  // Of the clock, in milliseconds.
  long due;
  boolean force;
  boolean urgent;

  /** Adds an event and returns how long its line is. */
  int add(JournalEntry entry, CompletableFuture<JournalEntry> done) {
    if (entries.isEmpty()) {
      due = entry.time().toEpochMilli() + COMPANY_MILLIS;
    }
    String line = EventJson.line(entry);
    text.append(line).append('\n');
    entries.add(entry);
    told.add(done);
    return line.length() + 1;
  }
}
