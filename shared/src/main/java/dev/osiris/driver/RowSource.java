package dev.osiris.driver;

import dev.osiris.step.Column;
import java.io.IOException;
import java.util.List;

/**
 * Rows that come from Java, in batches. Pulled by a thread of its own, a few batches ahead of
 * DuckDB; a slow consumer simply asks later.
 */
public interface RowSource extends AutoCloseable {

  /** Names and DuckDB types of the columns; known before the first row. */
  List<Column> columns();

  /**
   * Fills a batch from row 0 on.
   *
   * @return how many rows were filled, at most {@link RowBatch#capacity}; 0 ends the source
   */
  int fill(RowBatch batch) throws Exception;

  /**
   * Makes a {@link #fill} that waits return or throw soon: nobody wants more rows. Called from any
   * thread, at most once, with the filling thread interrupted besides.
   */
  default void abort() {}

  /** Called by whoever made the source, when nothing fills any more. */
  @Override
  void close() throws IOException;
}
