package dev.osiris.worker.duckdb;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few cells opened in advance, and locked ones that can serve again: opening one takes longer
 * than a small step does.
 *
 * <p>One background thread refills, and closes the used ones when there is nothing to refill. An
 * empty stock is no error: the step then opens its own.
 */
final class CellStock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CellStock.class);

  private final Path temporaryRoot;
  private final Share usual;
  private final int size;
  // Steps come before cleaning up, but a long row of small steps must not pile up instances.
  private static final int MANY_USED = 4;

  private final AtomicLong numbers = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Thread refiller;

  // Guarded by lock.
  private final Deque<Cell> ready = new ArrayDeque<>();
  private final Deque<Cell> used = new ArrayDeque<>();
  // Locked cells that have served, first to be looked at, then for the next step.
  private final Deque<LockedCell> returned = new ArrayDeque<>();
  private final Deque<LockedCell> idle = new ArrayDeque<>();
  private boolean failing;
  private boolean closed;

  private volatile boolean links = true;

  /**
   * Begins to fill the stock.
   *
   * @param usual limits that the cells are opened with; a step that wants others changes them
   * @param size how many to hold; 0 for none
   */
  CellStock(Path temporaryRoot, Share usual, int size) {
    this.temporaryRoot = temporaryRoot;
    this.usual = usual;
    this.size = size;
    this.refiller = Thread.ofPlatform().daemon().name("osiris-cell-stock").start(this::keep);
  }

  /** A cell with these limits, of the stock or new; the caller retires or closes it. */
  Cell take(Share share) throws SQLException {
    Cell cell = poll();
    if (cell == null) {
      return open(share);
    }
    try {
      cell.limit(share);
      return cell;
    } catch (SQLException e) {
      retire(cell);
      throw e;
    }
  }

  /** A locked cell with these limits and nothing attached, one that has served before if any is. */
  LockedCell takeLocked(Share share) throws SQLException {
    lock.lock();
    try {
      for (LockedCell cell : idle) {
        if (cell.cell().share().equals(share)) {
          idle.remove(cell);
          return cell;
        }
      }
    } finally {
      lock.unlock();
    }
    Cell cell = take(share);
    try {
      return LockedCell.lock(cell);
    } catch (SQLException | RuntimeException e) {
      retire(cell);
      throw e;
    }
  }

  /** Takes back a locked cell whose step has let go of all it had. */
  void giveBack(LockedCell cell) {
    lock.lock();
    try {
      if (!closed && size > 1) {
        returned.add(cell);
        work.signal();
        return;
      }
    } finally {
      lock.unlock();
    }
    retire(cell.cell());
  }

  /** Whether files of steps can appear in a cell's folder as hard links. */
  boolean links() {
    return links;
  }

  /** Learns that they cannot; a file that is not there says nothing about that. */
  void withoutLinks(Exception why) {
    if (!(why.getCause() instanceof NoSuchFileException)) {
      LOG.info("files cannot be linked, so each query opens a DuckDB instance of its own", why);
      links = false;
    }
  }

  /**
   * Takes back a used cell, to be closed off the step's path; at once where it has files to remove.
   */
  void retire(Cell cell) {
    boolean files = cell.spilled();
    lock.lock();
    try {
      if (!closed && !files) {
        used.add(cell);
        work.signal();
        return;
      }
    } finally {
      lock.unlock();
    }
    discard(cell);
  }

  /** Closes a used cell now, with what is still attached to it. */
  void discard(Cell cell) {
    close(cell);
  }

  /** Closes the cells that have served, in the background: the next steps get fresh ones. */
  void renew() {
    lock.lock();
    try {
      idle.addAll(returned);
      returned.clear();
      idle.forEach(cell -> used.add(cell.cell()));
      idle.clear();
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Closes the cells in stock and waits for the background thread to end. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (refiller.isAlive()) {
      try {
        refiller.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Cell poll() {
    lock.lock();
    try {
      failing = false;
      work.signal();
      return ready.poll();
    } finally {
      lock.unlock();
    }
  }

  private Cell open(Share share) throws SQLException {
    return Cell.open(temporaryRoot.resolve("cell-" + numbers.incrementAndGet()), share);
  }

  private void keep() {
    for (Task task = next(); task != Task.END; task = next()) {
      switch (task) {
        case LOOK -> lookAtOne();
        case OPEN -> openOne();
        default -> closeOne();
      }
    }
    renew();
    drain(ready);
    drain(used);
  }

  private enum Task {
    LOOK,
    OPEN,
    CLOSE,
    END
  }

  private Task next() {
    lock.lock();
    try {
      while (true) {
        if (closed) {
          return Task.END;
        }
        if (!returned.isEmpty()) {
          return Task.LOOK;
        }
        if (used.size() >= MANY_USED) {
          return Task.CLOSE;
        }
        if (ready.size() < Math.min(size, Math.max(1, size - idle.size())) && !failing) {
          return Task.OPEN;
        }
        if (!used.isEmpty()) {
          return Task.CLOSE;
        }
        work.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void lookAtOne() {
    lock.lock();
    LockedCell cell;
    try {
      cell = returned.removeFirst();
    } finally {
      lock.unlock();
    }
    boolean clean = isClean(cell);
    lock.lock();
    try {
      if (clean) {
        idle.addFirst(cell);
      } else {
        used.add(cell.cell());
      }
      if (idle.size() >= size) {
        used.add(idle.removeLast().cell());
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean isClean(LockedCell cell) {
    try {
      boolean clean = cell.isClean();
      if (!clean) {
        LOG.warn("a query has left something in its DuckDB instance, which is therefore closed");
      }
      return clean;
    } catch (SQLException | IOException | RuntimeException e) {
      LOG.warn("cannot look into a DuckDB instance, which is therefore closed", e);
      return false;
    }
  }

  private void openOne() {
    try {
      Cell cell = open(usual);
      lock.lock();
      try {
        ready.add(cell);
      } finally {
        lock.unlock();
      }
    } catch (SQLException | RuntimeException | OutOfMemoryError e) {
      // The next step opens its own and reports what is wrong.
      LOG.warn("cannot open a DuckDB instance in advance", e);
      lock.lock();
      try {
        failing = true;
      } finally {
        lock.unlock();
      }
    }
  }

  private void closeOne() {
    lock.lock();
    Cell cell;
    try {
      cell = used.poll();
    } finally {
      lock.unlock();
    }
    if (cell != null) {
      close(cell);
    }
  }

  private void drain(Deque<Cell> cells) {
    lock.lock();
    try {
      cells.forEach(CellStock::close);
      cells.clear();
    } finally {
      lock.unlock();
    }
  }

  private static void close(Cell cell) {
    try {
      cell.close();
    } catch (SQLException | RuntimeException e) {
      LOG.warn("cannot close a DuckDB instance", e);
    }
  }
}
