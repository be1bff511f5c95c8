package dev.osiris.worker.session;

import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.wire.EventJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final long TELEMETRY_ALLOWANCE_BYTES = 64L << 20;
  private static final int RECENT = 4_096;
  private static final int QUEUE = 8_192;
  private static final int BATCH = 256;

  private final FileChannel file;
  private final Path path;
  private final Clock clock;
  private final Thread writer;
  private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>(QUEUE);
  private final AtomicLong droppedTelemetry = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock: what is durable enough to be read, newest last.
  private final ArrayDeque<JournalEntry> recent = new ArrayDeque<>();
  private final List<Listener> listeners = new ArrayList<>();
  private long lastReadable;
  // Used by the writing thread alone.
  private long lastWritten;
  // Where the last batch that is kept as a whole ends.
  private long whole;
  private long telemetryBytes;
  private volatile @Nullable IOException broken;

  private record Pending(
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
    JournalFile.Extent extent = JournalFile.extent(path);
    long whole = extent.wholeBytes();
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    file.truncate(whole);
    file.position(whole);
    Journal journal = new Journal(path, file, extent.lastSequence(), clock);
    if (whole == 0) {
      journal.writeFully(EventJson.header(session) + "\n");
    }
    journal.whole = file.position();
    journal.writer.start();
    return journal;
  }

  /**
   * Keeps an event; completes when it may be read. Telemetry over the allowance, or over a full
   * queue, is counted and dropped.
   */
  public CompletableFuture<JournalEntry> append(Event event, String commandId) {
    CompletableFuture<JournalEntry> done = new CompletableFuture<>();
    Pending pending = new Pending(event, clock.instant(), commandId, done);
    if (event instanceof Event.Telemetry) {
      if (!queue.offer(pending)) {
        droppedTelemetry.incrementAndGet();
      }
      return done;
    }
    putUninterruptibly(pending);
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
    return JournalFile.read(path, afterSequence, readable, max);
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
    putUninterruptibly(new Pending(null, clock.instant(), "", new CompletableFuture<>()));
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

  private void putUninterruptibly(Pending pending) {
    boolean interrupted = false;
    while (true) {
      try {
        queue.put(pending);
        break;
      } catch (InterruptedException e) {
        // A fact is not lost because its step is being stopped.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    JournalBatch batch = new JournalBatch();
    boolean open = true;
    while (open) {
      Pending next;
      try {
        next = next(batch);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      open = next == null || next.event() != null;
      if (next == null || !open) {
        write(batch);
        batch = new JournalBatch();
      } else {
        add(next, batch);
      }
    }
  }

  /** The next event, if the batch may wait for it. */
  private @Nullable Pending next(JournalBatch batch) throws InterruptedException {
    if (batch.entries.isEmpty()) {
      return queue.take();
    }
    if (batch.entries.size() >= BATCH) {
      return null;
    }
    return batch.urgent
        ? queue.poll()
        : queue.poll(
            Math.min(batch.due - clock.millis(), JournalBatch.COMPANY_MILLIS),
            TimeUnit.MILLISECONDS);
  }

  private void add(Pending pending, JournalBatch batch) {
    Event event = Objects.requireNonNull(pending.event());
    if (event instanceof Event.Telemetry) {
      if (telemetryBytes > TELEMETRY_ALLOWANCE_BYTES) {
        droppedTelemetry.incrementAndGet();
        return;
      }
    } else {
      long dropped = droppedTelemetry.getAndSet(0);
      if (dropped > 0) {
        Event notice = new Event.TelemetryDropped(dropped);
        batch.add(line(notice, pending.time(), ""), new CompletableFuture<>());
      }
      batch.force = true;
      // Its step's end follows at once.
      batch.urgent |= !(event instanceof Event.OutputPublished);
    }
    int bytes = batch.add(line(event, pending.time(), pending.commandId()), pending.done());
    if (event instanceof Event.Telemetry) {
      telemetryBytes += bytes;
    }
  }

  private void write(JournalBatch batch) {
    IOException failure = broken;
    if (failure == null) {
      try {
        writeFully(batch.text.toString());
        if (batch.force) {
          file.force(false);
        }
        whole = file.position();
      } catch (IOException e) {
        failure = e;
        breakOff(e);
      }
    }
    if (failure != null) {
      IOException why = failure;
      batch.told.forEach(done -> done.completeExceptionally(why));
      return;
    }
    publish(batch.entries);
    for (int i = 0; i < batch.told.size(); i++) {
      batch.told.get(i).complete(batch.entries.get(i));
    }
  }

  /** After a write that failed nothing is kept any more: what came later would hide the gap. */
  private void breakOff(IOException why) {
    broken = why;
    try {
      file.truncate(whole);
    } catch (IOException e) {
      // Opening the journal again removes a torn last line.
      why.addSuppressed(e);
    }
    tell();
  }

  /** Whether events can no longer be kept; nothing more is told then. */
  public boolean isBroken() {
    return broken != null;
  }

  private JournalEntry line(Event event, Instant time, String commandId) {
    return new JournalEntry(++lastWritten, time, commandId, event);
  }

  private void publish(List<JournalEntry> entries) {
    lock.lock();
    try {
      for (JournalEntry entry : entries) {
        recent.addLast(entry);
        lastReadable = entry.sequence();
        if (recent.size() > RECENT) {
          recent.removeFirst();
        }
      }
    } finally {
      lock.unlock();
    }
    tell();
  }

  private void tell() {
    List<Listener> toTell;
    lock.lock();
    try {
      toTell = List.copyOf(listeners);
    } finally {
      lock.unlock();
    }
    for (Listener listener : toTell) {
      try {
        listener.advanced();
      } catch (RuntimeException e) {
        // Such as an executor that is shut down: no reason to lose events of the others.
        LOG.warn("a listener of the journal failed", e);
      }
    }
  }

  private void writeFully(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }
}
