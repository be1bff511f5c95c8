package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.worker.drivers.postgres.encode.CopyBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Sends buffers to the server on a thread of its own, while the next one is filled. A slow server
 * makes who fills them wait.
 */
final class CopySender implements AutoCloseable {

  static final int BUFFER = 256 << 10;

  /** With room for the row that crosses the mark at which a buffer is sent. */
  private static final int CAPACITY = BUFFER + BUFFER / 4;

  private static final int BUFFERS = 3;
  private static final CopyBuffer END = new CopyBuffer(0);

  private final CopyIn copy;
  private final BlockingQueue<CopyBuffer> empty = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final BlockingQueue<CopyBuffer> full = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final Thread thread;
  private long bytes;
  private boolean ended;
  private volatile @Nullable SQLException failure;

  /** Takes the copy over. */
  CopySender(CopyIn copy) {
    this.copy = copy;
    for (int i = 0; i < BUFFERS; i++) {
      empty.add(new CopyBuffer(CAPACITY));
    }
    this.thread = Thread.ofPlatform().daemon().name("osiris-postgres-send").unstarted(this::run);
    thread.start();
  }

  /** An empty buffer, once there is one. */
  CopyBuffer take() throws SQLException, InterruptedException {
    CopyBuffer buffer = empty.take();
    check();
    return buffer;
  }

  /** Hands a buffer over; one that grew has the heap for itself until it is sent. */
  void send(CopyBuffer buffer) throws SQLException, InterruptedException {
    bytes += buffer.size();
    boolean grown = buffer.capacity() > CAPACITY;
    full.add(buffer);
    if (grown) {
      List<CopyBuffer> all = new ArrayList<>();
      while (all.size() < BUFFERS) {
        all.add(take());
      }
      empty.addAll(all);
    }
  }

  /** Bytes handed over. */
  long bytes() {
    return bytes;
  }

  /**
   * Waits until all is sent, and ends the copy.
   *
   * @return rows that the server has taken
   */
  long finish() throws SQLException, InterruptedException {
    ended = true;
    full.add(END);
    thread.join();
    check();
    return copy.endCopy();
  }

  /** Breaks off a copy that has not ended, so that the server forgets its rows. */
  @Override
  public void close() throws SQLException {
    boolean interrupted = false;
    if (!ended) {
      full.clear();
      full.add(END);
    }
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException stopping) {
        // Who stops the step ends the connection as well, and with it what the thread waits for.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (copy.isActive() && failure == null) {
      copy.cancelCopy();
    }
  }

  private void run() {
    try {
      for (CopyBuffer buffer = full.take(); buffer != END; buffer = full.take()) {
        copy.writeToCopy(buffer.bytes(), 0, buffer.size());
        // Before it is given back: who takes it fills it at once.
        buffer.empty(CAPACITY);
        empty.add(buffer);
      }
    } catch (SQLException e) {
      failure = e;
    } catch (InterruptedException e) {
      failure = new SQLException("the thread that sends was interrupted", "08006", e);
      Thread.currentThread().interrupt();
    } finally {
      // Wakes who waits for a buffer.
      var _ = empty.offer(END);
    }
  }

  private void check() throws SQLException {
    SQLException known = failure;
    if (known != null) {
      throw known;
    }
  }
}
