package dev.osiris.host.transfer;

import dev.osiris.host.session.SessionListener;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.wire.EventJson;
import dev.osiris.wire.MetricJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The host's own {@code logs/events.jsonl} and {@code logs/metrics.jsonl}, written as events
 * arrive, in the form of the worker's. An event is in them before the run hears of it; the
 * beginning of a commit and the end of a step are forced to the disk.
 */
final class JournalCopy implements SessionListener, AutoCloseable {
  private final Path folder;
  private final SessionId session;
  private final SessionListener next;
  private final Consumer<String> notes;

  // Used by the session's listening thread, and closed after it has ended.
  private @Nullable FileChannel events;
  private @Nullable FileChannel metrics;
  private volatile boolean broken;

  /**
   * @param notes hears when the copies can no longer be written; the run goes on
   */
  JournalCopy(Path sessionDir, SessionId session, SessionListener next, Consumer<String> notes) {
    this.folder = sessionDir;
    this.session = session;
    this.next = next;
    this.notes = notes;
  }

  /** Whether it has every event so far. */
  boolean whole() {
    return !broken;
  }

  @Override
  public void event(JournalEntry entry) {
    if (entry.sequence() > 0 && !broken) {
      try {
        keep(entry);
      } catch (IOException e) {
        // After a gap nothing more is kept: what came later would hide it.
        broken = true;
        notes.accept(
            "the copy of the session's journal can no longer be written: " + e.getMessage());
      }
    }
    next.event(entry);
  }

  @Override
  public void connection(String change, String detail) {
    next.connection(change, detail);
  }

  private void keep(JournalEntry entry) throws IOException {
    FileChannel to = events;
    if (to == null) {
      to = begin();
    }
    write(to, EventJson.line(entry));
    if (entry.event() instanceof Event.MetricReported metric && metrics != null) {
      write(metrics, MetricJson.line(entry.time(), metric));
    }
    if (entry.event() instanceof Event.StepEnded || entry.event() instanceof Event.CommitBegun) {
      to.force(false);
    }
  }

  /**
   * A journal that is there already is continued: its session goes on in another worker. A last
   * line that was cut short is no event, and what follows must not become a part of it.
   */
  private FileChannel begin() throws IOException {
    for (String name : new String[] {"data", "artifacts", "logs"}) {
      Files.createDirectories(folder.resolve(name));
    }
    FileChannel to = open("logs/events.jsonl");
    events = to;
    metrics = open("logs/metrics.jsonl");
    if (to.size() == 0) {
      write(to, EventJson.header(session));
    }
    return to;
  }

  private FileChannel open(String name) throws IOException {
    FileChannel file =
        FileChannel.open(
            folder.resolve(name),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    long whole = wholeLines(file);
    file.truncate(whole).position(whole);
    return file;
  }

  /** Bytes up to the last line feed. */
  private static long wholeLines(FileChannel file) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << 16);
    long end = file.size();
    while (end > 0) {
      long begin = Math.max(0, end - block.capacity());
      block.clear().limit((int) (end - begin));
      while (block.hasRemaining() && file.read(block, begin + block.position()) >= 0) {
        continue;
      }
      for (int at = block.position() - 1; at >= 0; at--) {
        if (block.get(at) == '\n') {
          return begin + at + 1;
        }
      }
      end = begin;
    }
    return 0;
  }

  private static void write(FileChannel to, String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  @Override
  public void close() {
    close(events);
    close(metrics);
  }

  private void close(@Nullable FileChannel file) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      notes.accept("the copy of the session's journal cannot be closed: " + e.getMessage());
    }
  }
}
