package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.worker.drivers.mysql.encode.RowBuffer;
import dev.osiris.worker.drivers.mysql.session.MySqlSession;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The file that LOAD DATA LOCAL reads: buffers that a thread of its own sends while the next one is
 * filled. A slow server makes who fills them wait.
 */
final class LoadStream extends InputStream {

  static final int BUFFER = 256 << 10;

  /** With room for the row that crosses the mark at which a buffer is sent. */
  private static final int CAPACITY = BUFFER + BUFFER / 4;

  private static final int BUFFERS = 3;
  private static final RowBuffer END = new RowBuffer(0);

  private final BlockingQueue<RowBuffer> empty = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final BlockingQueue<RowBuffer> full = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final Thread thread;
  private long bytes;
  private boolean ended;
  private volatile long taken;
  private volatile @Nullable SQLException failure;

  // Of the thread that sends.
  private @Nullable RowBuffer current;
  private int place;

  /** Begins the statement. */
  LoadStream(MySqlSession session, String sql) {
    for (int i = 0; i < BUFFERS; i++) {
      empty.add(new RowBuffer(CAPACITY));
    }
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("osiris-mysql-send")
            .unstarted(() -> {
              try {
                taken = session.load(sql, this);
              } catch (SQLException e) {
                failure = e;
              } finally {
                // Wakes who waits for a buffer.
                var _ = empty.offer(END);
              }
            });
    thread.start();
  }

  /** An empty buffer, once there is one. */
  RowBuffer take() throws SQLException, InterruptedException {
    RowBuffer buffer = empty.take();
    check();
    return buffer;
  }

  /** Hands a buffer over; one that grew has the heap for itself until it is sent. */
  void send(RowBuffer buffer) throws SQLException, InterruptedException {
    bytes += buffer.size();
    boolean grown = buffer.capacity() > CAPACITY;
    full.add(buffer);
    if (grown) {
      List<RowBuffer> all = new ArrayList<>();
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
   * Waits until all is sent and the server has said what became of it.
   *
   * @return rows that it has taken
   */
  long finish() throws SQLException, InterruptedException {
    ended = true;
    full.add(END);
    thread.join();
    check();
    return taken;
  }

  /** Ends the file where it is. What the server has taken is to be rolled back. */
  @Override
  public void close() {
    if (!ended) {
      ended = true;
      full.clear();
      full.add(END);
    }
  }

  /** Waits until the statement has ended, however. */
  void join() {
    close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException stopping) {
        // Who stops the step ends the session as well, and with it what the thread waits for.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public int read() throws InterruptedIOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws InterruptedIOException {
    if (length == 0) {
      return 0;
    }
    RowBuffer from = current;
    while (from == null || place == from.size()) {
      if (from == END) {
        return -1;
      }
      if (from != null) {
        from.empty(CAPACITY);
        empty.add(from);
      }
      from = next();
    }
    int count = Math.min(length, from.size() - place);
    System.arraycopy(from.bytes(), place, target, offset, count);
    place += count;
    return count;
  }

  private RowBuffer next() throws InterruptedIOException {
    try {
      RowBuffer next = full.take();
      current = next;
      place = 0;
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the thread that sends was interrupted");
    }
  }

  private void check() throws SQLException {
    SQLException known = failure;
    if (known != null) {
      throw known;
    }
  }
}
