package dev.osiris.worker.database.cursor;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.step.Column;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The next rows of a source, up to so many bytes, but a batch at least. The source goes on in the
 * next chunk.
 */
final class Chunk implements RowSource {

  private final RowSource rows;
  private final LongSupplier bytes;
  private final long until;

  private boolean begun;
  private volatile boolean last;

  /**
   * Begins where the one before has ended.
   *
   * @param bytes that the source has brought so far
   */
  Chunk(RowSource rows, LongSupplier bytes, long size) {
    this.rows = rows;
    this.bytes = bytes;
    this.until = bytes.getAsLong() + size;
  }

  /** Whether the source has no more rows; known when this has none. */
  boolean isLast() {
    return last;
  }

  @Override
  public List<Column> columns() {
    return rows.columns();
  }

  @Override
  public int fill(RowBatch batch) throws Exception {
    if (begun && bytes.getAsLong() >= until) {
      return 0;
    }
    begun = true;
    int filled = rows.fill(batch);
    last = filled == 0;
    return filled;
  }

  @Override
  public void abort() {
    rows.abort();
  }

  /** The source is closed by who has opened it. */
  @Override
  public void close() {}
}
