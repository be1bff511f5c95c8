package dev.osiris.worker.session;

import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.wire.EventJson;
import dev.osiris.wire.JournalReader;
import dev.osiris.wire.ReceivedEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Every kept event of a session, in order, one JSON line each. The file is the truth: an event is
 * in it before anybody hears of it, and facts are forced to the disk first.
 *
 * <p>Thread-safe. One thread writes, so events that arrive while a force is under way share the
 * next one.
 */
public final class Journal implements AutoCloseable {

  /** Told when new entries may be read; called on the writing thread, so it must only hand over. */
  public interface Listener {
    void advanced();
  }

  private static final long TELEMETRY_ALLOWANCE_BYTES = 64L << 20;
  private static final int RECENT = 4_096;

  private final FileChannel file;
  private final Path path;
  private final Clock clock;
  private final Thread writer;
  private final WriteQueue queue = new WriteQueue();
  private final AtomicLong droppedTelemetry = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock: what is durable enough to be read, newest last.
  private final ArrayDeque<JournalEntry> recent = new ArrayDeque<>();
  private final List<Listener> listeners = new ArrayList<>();
  private long lastReadable;
  // Used by the writing thread alone.
  private long lastWritten;
  private long telemetryBytes;
  private volatile @Nullable IOException broken;

  /** An event on its way into the file; none asks the writer to end. */
  record Pending(
      @Nullable Event event,
      Instant time,
      String commandId,
      CompletableFuture<JournalEntry> done) {}

  private Journal(Path path, FileChannel file, long lastSequence, Clock clock) {
    this.path = path;
    this.file = file;
    this.clock = clock;
    this.lastWritten = lastSequence;
    this.lastReadable = lastSequence;
    this.writer = Thread.ofPlatform().name("journal").daemon().unstarted(this::write);
  }

  /**
   * Opens or creates the journal. A last line that a crash cut short is removed: nobody has heard
   * of it.
   */
  public static Journal open(Path path, SessionId session, Clock clock) throws IOException {
    AtomicLong newest = new AtomicLong();
    long whole =
        Files.exists(path)
            ? read(
                path,
                event -> {
                  newest.set(event.sequence());
                  return true;
                })
            : 0;
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    file.truncate(whole);
    file.position(whole);
    Journal journal = new Journal(path, file, newest.get(), clock);
    if (whole == 0) {
      journal.writeFully(EventJson.header(session) + "\n");
    }
    journal.writer.start();
    return journal;
  }

  /** All entries of a journal file, oldest first; a torn last line is left out. */
  public static List<JournalEntry> readAll(Path path) throws IOException {
    return readAfter(path, 0, Integer.MAX_VALUE);
  }

  /**
   * Keeps an event; completes when it may be read. Telemetry over the allowance, or over a full
   * queue, is counted and dropped.
   */
  public CompletableFuture<JournalEntry> append(Event event, String commandId) {
    CompletableFuture<JournalEntry> done = new CompletableFuture<>();
    Pending pending = new Pending(event, clock.instant(), commandId, done);
    if (!queue.add(pending)) {
      droppedTelemetry.incrementAndGet();
    }
    return done;
  }

  /** Entries after a number, oldest first, at most so many. */
  public List<JournalEntry> read(long afterSequence, int max) throws IOException {
    long readable;
    lock.lock();
    try {
      readable = lastReadable;
      if (afterSequence >= readable) {
        return List.of();
      }
      JournalEntry oldest = recent.peekFirst();
      if (oldest != null && oldest.sequence() <= afterSequence + 1) {
        return recent.stream()
            .filter(entry -> entry.sequence() > afterSequence)
            .limit(max)
            .toList();
      }
    } finally {
      lock.unlock();
    }
    return readAfter(path, afterSequence, (int) Math.min(max, readable - afterSequence));
  }

  public long lastSequence() {
    lock.lock();
    try {
      return lastReadable;
    } finally {
      lock.unlock();
    }
  }

  public void addListener(Listener listener) {
    lock.lock();
    try {
      listeners.add(listener);
    } finally {
      lock.unlock();
    }
  }

  public void removeListener(Listener listener) {
    lock.lock();
    try {
      listeners.remove(listener);
    } finally {
      lock.unlock();
    }
  }

  /** Writes what is waiting and closes the file. */
  @Override
  public void close() throws IOException {
    queue.add(new Pending(null, clock.instant(), "", new CompletableFuture<>()));
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    file.close();
    IOException failure = broken;
    if (failure != null) {
      throw failure;
    }
  }

  private void write() {
    boolean open = true;
    while (open) {
      List<Pending> batch = queue.take();
      open = batch.stream().allMatch(pending -> pending.event() != null);
      writeBatch(batch);
    }
  }

  private void writeBatch(List<Pending> batch) {
    StringBuilder text = new StringBuilder();
    List<JournalEntry> entries = new ArrayList<>();
    List<Pending> kept = new ArrayList<>();
    boolean force = false;
    for (Pending pending : batch) {
      Event event = pending.event();
      if (event == null) {
        continue;
      }
      if (event instanceof Event.Fact) {
        long dropped = droppedTelemetry.getAndSet(0);
        if (dropped > 0) {
          entries.add(line(new Event.TelemetryDropped(dropped), pending.time(), "", text));
          kept.add(new Pending(null, clock.instant(), "", new CompletableFuture<>()));
        }
        force = true;
      } else if (telemetryBytes > TELEMETRY_ALLOWANCE_BYTES) {
        droppedTelemetry.incrementAndGet();
        continue;
      }
      int before = text.length();
      entries.add(line(event, pending.time(), pending.commandId(), text));
      kept.add(pending);
      if (event instanceof Event.Telemetry) {
        telemetryBytes += text.length() - before;
      }
    }
    try {
      writeFully(text.toString());
      if (force) {
        file.force(false);
      }
    } catch (IOException e) {
      broken = e;
      kept.forEach(pending -> pending.done().completeExceptionally(e));
      return;
    }
    publish(entries);
    for (int i = 0; i < kept.size(); i++) {
      kept.get(i).done().complete(entries.get(i));
    }
  }

  private JournalEntry line(Event event, Instant time, String commandId, StringBuilder text) {
    JournalEntry entry = new JournalEntry(++lastWritten, time, commandId, event);
    text.append(EventJson.line(entry)).append('\n');
    return entry;
  }

  private void publish(List<JournalEntry> entries) {
    List<Listener> toTell;
    lock.lock();
    try {
      for (JournalEntry entry : entries) {
        recent.addLast(entry);
        lastReadable = entry.sequence();
        if (recent.size() > RECENT) {
          recent.removeFirst();
        }
      }
      toTell = List.copyOf(listeners);
    } finally {
      lock.unlock();
    }
    toTell.forEach(Listener::advanced);
  }

  private void writeFully(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  private static List<JournalEntry> readAfter(Path path, long afterSequence, int max)
      throws IOException {
    List<JournalEntry> entries = new ArrayList<>();
    read(
        path,
        event -> {
          // Events of a later version are passed over, as on the stream.
          if (event instanceof ReceivedEvent.Known known && known.sequence() > afterSequence) {
            entries.add(known.entry());
          }
          return entries.size() < max;
        });
    return entries;
  }

  /**
   * Gives every event of a file to the visitor until it has seen enough.
   *
   * @return bytes of the whole lines that were read
   */
  private static long read(Path path, Predicate<ReceivedEvent> visitor) throws IOException {
    try (JournalReader reader = new JournalReader(Files.newInputStream(path))) {
      Optional<ReceivedEvent> event = reader.next();
      while (event.isPresent() && visitor.test(event.get())) {
        event = reader.next();
      }
      return reader.wholeBytes();
    }
  }
}
