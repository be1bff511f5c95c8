package dev.osiris.worker.disk;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a session may hold on disk, and what of it is taken: by what its steps have published and by
 * what the host has brought. The rest is for what DuckDB spills, a part of it for each step.
 * Thread-safe.
 */
public final class DiskBudget {

  private static final String DUCKDB = ".duckdb";

  // Steps of the same share get the same allowance while little changes, so that what was opened
  // for one serves the next.
  private static final int LEVELS = 16;

  private final ByteSize limit;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final Map<StepId, Long> published = new HashMap<>();
  private long taken;

  private DiskBudget(ByteSize limit) {
    this.limit = limit;
  }

  /** Of a session that holds nothing yet. */
  public static DiskBudget of(ByteSize limit) {
    return new DiskBudget(limit);
  }

  /** Of a session that may have data of an earlier opening. */
  public static DiskBudget of(ByteSize limit, SessionDirectory directory) throws IOException {
    DiskBudget budget = new DiskBudget(limit);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.data(), "*" + DUCKDB)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String step = name.substring(0, name.length() - DUCKDB.length());
        if (StepId.problem(step).isEmpty()) {
          budget.published.put(new StepId(step), Files.size(file));
          // Even beyond the limit: it is there.
          budget.taken += Files.size(file);
        }
      }
    }
    return budget;
  }

  public ByteSize limit() {
    return limit;
  }

  /**
   * Takes room for what a step publishes, in place of what it published before.
   *
   * @throws StepException {@code LIMIT_REACHED} when there is not enough
   */
  public void publish(StepId step, long bytes) {
    lock.lock();
    try {
      long before = published.getOrDefault(step, 0L);
      if (bytes > before && !take(bytes - before)) {
        throw StepException.of(
            FailureCode.LIMIT_REACHED,
            "the step's output of "
                + new ByteSize(bytes)
                + " does not fit: the session may hold "
                + limit
                + " on disk, and "
                + new ByteSize(taken - before)
                + " are taken",
            "raise --disk, or let outputs go that nobody reads any more with --retention eager");
      }
      giveBack(Math.max(before - bytes, 0));
      published.put(step, bytes);
    } finally {
      lock.unlock();
    }
  }

  /** What a step has published is gone. */
  public void release(StepId step) {
    lock.lock();
    try {
      Long before = published.remove(step);
      giveBack(before == null ? 0 : before);
    } finally {
      lock.unlock();
    }
  }

  /** Takes room for what the host brings; false when there is not enough. */
  public boolean take(long bytes) {
    lock.lock();
    try {
      if (bytes > limit.bytes() - taken) {
        return false;
      }
      taken += bytes;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What the host has brought is gone. */
  public void giveBack(long bytes) {
    lock.lock();
    try {
      taken = Math.max(taken - bytes, 0);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What a step may spill that has such a part of the worker's memory. All steps that run at once
   * have parts that add up to one, so together they stay within what is free.
   */
  public ByteSize spill(double part) {
    lock.lock();
    try {
      long free = Math.max(limit.bytes() - taken, 0);
      long level = Math.min(free / Math.max(limit.bytes() / LEVELS, 1), LEVELS - 1);
      return new ByteSize(Math.max((long) (limit.bytes() / LEVELS * level * part), 1));
    } finally {
      lock.unlock();
    }
  }
}
