package dev.osiris.worker.duckdb;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.step.Column;
import java.util.List;

/** The numbers from 0 on, and their texts. */
final class Counting implements RowSource {

  private final long rows;
  private long next;

  Counting(long rows) {
    this.rows = rows;
  }

  @Override
  public List<Column> columns() {
    return List.of(new Column("i", "BIGINT", true), new Column("s", "VARCHAR", true));
  }

  @Override
  public int fill(RowBatch batch) {
    int filled = 0;
    for (; filled < batch.capacity() && next < rows; filled++, next++) {
      batch.setLong(0, filled, next);
      batch.setText(1, filled, Long.toString(next));
    }
    return filled;
  }

  @Override
  public void close() {}
}
