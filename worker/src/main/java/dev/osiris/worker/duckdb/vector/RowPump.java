package dev.osiris.worker.duckdb.vector;

import dev.osiris.driver.RowSource;
import dev.osiris.step.Column;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Fills batches from each source on a thread of its own, so that reading and decoding go on while
 * DuckDB compresses and writes. There are so many batches and no more: a slow consumer stalls the
 * sources.
 */
public final class RowPump implements AutoCloseable {

  /** Room of one batch, unless a single value needs more. */
  private static final long BATCH_BYTES = 512 << 10;

  /**
   * Most batches at a time, a quarter of the heap. DuckDB takes rows fast until it has a row group,
   * and none while it compresses that: what comes meanwhile waits in them.
   */
  private static final int BATCHES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 4 / BATCH_BYTES, 3, 64);

  /** How long a source that was aborted may take to notice. */
  private static final long END_SECONDS = 10;

  private static final long LOOK_MILLIS = 100;

  private final List<Column> columns;
  private final List<VectorType> types;
  private final BlockingQueue<BatchBuffer> empty = new ArrayBlockingQueue<>(BATCHES);
  private final BlockingQueue<BatchBuffer> full = new ArrayBlockingQueue<>(BATCHES);
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicBoolean aborted = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
  private final AtomicInteger running;
  private final List<? extends RowSource> sources;
  private final List<Thread> threads;

  /** Begins to fill. */
  public RowPump(List<? extends RowSource> sources, List<Column> columns, List<VectorType> types) {
    this.sources = List.copyOf(sources);
    this.columns = columns;
    this.types = types;
    this.running = new AtomicInteger(sources.size());
    this.threads =
        sources.stream()
            .map(source ->
                Thread.ofPlatform().daemon().name("osiris-rows").unstarted(() -> fill(source)))
            .toList();
    threads.forEach(Thread::start);
  }

  /**
   * The next batch, to be given back; {@code null} at the end of all sources. From any thread.
   *
   * @param check called a few times a second; what it throws ends the waiting
   * @throws Throwable what a source has thrown first, as it is
   */
  public @Nullable BatchBuffer take(Runnable check) throws Throwable {
    while (true) {
      // Asked before the queue is: what was put there before the end is still taken.
      boolean last = running.get() == 0;
      BatchBuffer batch = full.poll(last ? 0 : LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (batch != null) {
        return batch;
      }
      check.run();
      if (last) {
        Throwable failed = thrown.get();
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
    if (aborted.compareAndSet(false, true) && running.get() > 0) {
      sources.forEach(RowSource::abort);
      threads.forEach(Thread::interrupt);
    }
  }

  /** Ends the filling; the sources are the caller's again. */
  @Override
  public void close() {
    abort();
    boolean interrupted = false;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    for (Thread thread : threads) {
      while (thread.isAlive() && System.nanoTime() < until) {
        try {
          thread.join(LOOK_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
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
    if (made.getAndUpdate(count -> Math.min(count + 1, BATCHES)) < BATCHES) {
      return new BatchBuffer(columns, types, BATCH_BYTES);
    }
    return empty.take();
  }

  private void fill(RowSource source) {
    try {
      long rows = 0;
      while (!aborted.get()) {
        BatchBuffer batch = next();
        batch.clear(rows);
        int filled = source.fill(batch);
        batch.end(filled);
        if (filled == 0) {
          empty.add(batch);
          return;
        }
        rows += filled;
        full.add(batch);
      }
    } catch (InterruptedException stopped) {
      // The thread's last act; there is nobody left to tell.
      failed(stopped);
    } catch (Throwable t) {
      failed(t);
    } finally {
      running.decrementAndGet();
    }
  }

  /** Whoever takes batches hears of the first; a table without one of its sources is none. */
  private void failed(Throwable t) {
    thrown.compareAndSet(null, t);
    abort();
  }
}
