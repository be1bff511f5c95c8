package dev.osiris.driver;

/**
 * Room for some rows. The rows of a column are set in ascending order, each once. Which setter a
 * column takes follows from its DuckDB type:
 *
 * <ul>
 *   <li>{@code BOOLEAN}: {@link #setBoolean}
 *   <li>whole numbers of at most 64 bits: {@link #setLong}; of a {@code UBIGINT} the 64 bits
 *   <li>{@code DATE}: {@link #setLong}, days since 1970-01-01
 *   <li>{@code TIMESTAMP}, {@code TIMESTAMP WITH TIME ZONE}: {@link #setLong}, microseconds since
 *       1970-01-01 (UTC)
 *   <li>{@code DECIMAL} of at most 18 digits: {@link #setLong}, the number without its point
 *   <li>{@code HUGEINT}, {@code DECIMAL} of more digits: {@link #setHuge}, likewise
 *   <li>{@code FLOAT DOUBLE}: {@link #setDouble}
 *   <li>{@code BLOB}: {@link #setBytes}
 *   <li>all others: {@link #setText}, or {@link #setBytes} with its UTF-8, a text that DuckDB casts
 *       to the type
 * </ul>
 *
 * A text is also taken by {@code DECIMAL} and {@code HUGEINT}.
 */
public interface RowBatch {

  /**
   * How many rows fit. It falls to the rows that are there once texts and bytes have filled the
   * batch, so ask before each row.
   */
  int capacity();

  void setNull(int column, int row);

  void setBoolean(int column, int row, boolean value);

  void setLong(int column, int row, long value);

  /** Sets a number of 128 bits by its two halves. */
  void setHuge(int column, int row, long high, long low);

  void setDouble(int column, int row, double value);

  void setText(int column, int row, String value);

  void setBytes(int column, int row, byte[] source, int offset, int length);
}
