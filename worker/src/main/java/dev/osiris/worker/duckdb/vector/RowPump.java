package dev.osiris.worker.duckdb.vector;

import dev.osiris.driver.RowSource;
import dev.osiris.step.Column;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Fills batches from a source on a thread of its own, so that reading and decoding go on while
 * DuckDB compresses and writes. There are so many batches and no more: a slow consumer stalls the
 * source.
 */
public final class RowPump implements AutoCloseable {

  /** Room of one batch, unless a single value needs more. */
  private static final long BATCH_BYTES = 512 << 10;

  /**
   * Most batches at a time, an eighth of the heap. DuckDB takes rows fast until it has a row group,
   * and none while it compresses that: the more wait then, the less the source does.
   */
  private static final int BATCHES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 8 / BATCH_BYTES, 3, 32);

  /** How long a source that was aborted may take to notice. */
  private static final long END_SECONDS = 10;

  private static final long LOOK_MILLIS = 100;

  private final RowSource source;
  private final List<Column> columns;
  private final List<VectorType> types;
  private final BlockingQueue<BatchBuffer> empty = new ArrayBlockingQueue<>(BATCHES);
  private final BlockingQueue<BatchBuffer> full = new ArrayBlockingQueue<>(BATCHES + 1);
  private final AtomicBoolean aborted = new AtomicBoolean();
  private final Thread thread;

  private volatile @Nullable Throwable thrown;
  private volatile boolean ended;

  /** Batches so far; of the filling thread alone. */
  private int made;

  /** Begins to fill. */
  public RowPump(RowSource source, List<Column> columns, List<VectorType> types) {
    this.source = source;
    this.columns = columns;
    this.types = types;
    this.thread = Thread.ofPlatform().daemon().name("osiris-rows").start(this::fill);
  }

  /**
   * The next batch, to be given back; {@code null} at the end of the source.
   *
   * @param check called a few times a second; what it throws ends the waiting
   * @throws Throwable what the source has thrown, as it is
   */
  public @Nullable BatchBuffer take(Runnable check) throws Throwable {
    while (true) {
      // Asked before the queue is: what was put there before the end is still taken.
      boolean last = ended;
      BatchBuffer batch = full.poll(last ? 0 : LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (batch != null) {
        return batch;
      }
      check.run();
      if (last) {
        Throwable failed = thrown;
        if (failed != null) {
          throw failed;
        }
        return null;
      }
    }
  }

  public void giveBack(BatchBuffer batch) {
    empty.add(batch);
  }

  /** Nobody wants more rows. Returns at once; from any thread. */
  public void abort() {
    if (aborted.compareAndSet(false, true) && !ended) {
      source.abort();
      thread.interrupt();
    }
  }

  /** Ends the filling; the source is the caller's again. */
  @Override
  public void close() {
    abort();
    boolean interrupted = false;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    while (thread.isAlive() && System.nanoTime() < until) {
      try {
        thread.join(LOOK_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A batch that was given back, or one more while there may be. */
  private BatchBuffer next() throws InterruptedException {
    BatchBuffer free = empty.poll();
    if (free != null) {
      return free;
    }
    if (made < BATCHES) {
      made++;
      return new BatchBuffer(columns, types, BATCH_BYTES);
    }
    return empty.take();
  }

  private void fill() {
    try {
      long rows = 0;
      while (!aborted.get()) {
        BatchBuffer batch = next();
        batch.clear(rows);
        int filled = source.fill(batch);
        batch.end(filled);
        if (filled == 0) {
          return;
        }
        rows += filled;
        full.add(batch);
      }
    } catch (InterruptedException aborted) {
      // The thread's last act; whoever takes batches sees that there are no more.
      thrown = aborted;
    } catch (Throwable t) {
      thrown = t;
    } finally {
      ended = true;
    }
  }
}
