package dev.osiris.driver;

import dev.osiris.step.Column;
import java.sql.SQLException;
import java.util.List;

/**
 * Rows of a query on their way to Java, a batch at a time, read in place: what a getter gives is
 * there until {@link #next} or {@link #close}. Which getter a column has follows from its DuckDB
 * type:
 *
 * <ul>
 *   <li>{@code BOOLEAN}: {@link #getBoolean}
 *   <li>whole numbers of at most 64 bits: {@link #getLong}; of a {@code UBIGINT} the 64 bits
 *   <li>{@code DATE}: {@link #getLong}, days since 1970-01-01
 *   <li>{@code TIME}, {@code TIMESTAMP}, {@code TIMESTAMP WITH TIME ZONE}: {@link #getLong},
 *       microseconds; since 1970-01-01 (UTC) for the latter two. {@code TIMESTAMP_S}, {@code
 *       TIMESTAMP_MS}, {@code TIMESTAMP_NS} in their own unit. Infinities are {@link
 *       Long#MAX_VALUE} and its negative, of a date {@link Integer#MAX_VALUE} and its negative
 *   <li>{@code DECIMAL} of at most 18 digits: {@link #getLong}, the number without its point
 *   <li>{@code HUGEINT}, {@code UHUGEINT}, {@code UUID}, {@code DECIMAL} of more digits: {@link
 *       #getHigh} and {@link #getLow}; the highest bit of a UUID is turned over
 *   <li>{@code INTERVAL}: {@link #getHigh}, microseconds; {@link #getLow}, days in its upper and
 *       months in its lower half
 *   <li>{@code FLOAT DOUBLE}: {@link #getDouble}
 *   <li>{@code VARCHAR JSON} (UTF-8) and {@code BLOB}: {@link #length} and {@link #copy}
 * </ul>
 *
 * All others are refused: cast them in the query. Used by one thread.
 */
public interface RowReader extends AutoCloseable {

  /** Names and DuckDB types of the columns. */
  List<Column> columns();

  /** Goes to the next batch. Returns whether there is one. */
  boolean next() throws SQLException;

  /** Rows of the batch. */
  int rows();

  boolean isNull(int column, int row);

  boolean getBoolean(int column, int row);

  long getLong(int column, int row);

  long getHigh(int column, int row);

  long getLow(int column, int row);

  double getDouble(int column, int row);

  /** Bytes of a text or of bytes. */
  int length(int column, int row);

  /** Copies a text or bytes to a place in an array that has room for {@link #length}. */
  void copy(int column, int row, byte[] target, int offset);

  @Override
  void close() throws SQLException;
}
