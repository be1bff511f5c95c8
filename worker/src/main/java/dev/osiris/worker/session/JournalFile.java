package dev.osiris.worker.session;

import dev.osiris.session.JournalEntry;
import dev.osiris.wire.JournalReader;
import dev.osiris.wire.ReceivedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Reads journals; a last line that a crash cut short is left out. */
public final class JournalFile {

  /**
   * How far a journal reaches.
   *
   * @param wholeBytes of its whole lines
   * @param lastSequence number of its newest event; 0 for none
   */
  record Extent(long wholeBytes, long lastSequence) {}

  private JournalFile() {}

  /** How far the journal reaches; nothing where there is none. */
  static Extent extent(Path path) throws IOException {
    if (!Files.exists(path)) {
      return new Extent(0, 0);
    }
    AtomicLong newest = new AtomicLong();
    long whole =
        visit(
            path,
            event -> {
              newest.set(event.sequence());
              return true;
            });
    return new Extent(whole, newest.get());
  }

  /** All entries, oldest first. */
  public static List<JournalEntry> readAll(Path path) throws IOException {
    return read(path, 0, Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  /**
   * Entries after a number up to another, oldest first, at most so many.
   *
   * @param lastSequence the last one that may be told
   */
  static List<JournalEntry> read(Path path, long afterSequence, long lastSequence, int max)
      throws IOException {
    List<JournalEntry> entries = new ArrayList<>();
    visit(
        path,
        event -> {
          // Events of a later version are passed over, as on the stream.
          if (event instanceof ReceivedEvent.Known known
              && known.sequence() > afterSequence
              && known.sequence() <= lastSequence) {
            entries.add(known.entry());
          }
          return entries.size() < max && event.sequence() < lastSequence;
        });
    return entries;
  }

  /**
   * Gives every event of a file to the visitor until it has seen enough.
   *
   * @return bytes of the whole lines that were read
   */
  private static long visit(Path path, Predicate<ReceivedEvent> visitor) throws IOException {
    try (JournalReader reader = new JournalReader(Files.newInputStream(path))) {
      Optional<ReceivedEvent> event = reader.next();
      while (event.isPresent() && visitor.test(event.get())) {
        event = reader.next();
      }
      return reader.wholeBytes();
    }
  }
}
