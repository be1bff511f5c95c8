package dev.osiris.driver;

/**
 * Room for some rows. Which setter a column takes follows from its DuckDB type:
 *
 * <ul>
 *   <li>{@code BOOLEAN}: {@link #setBoolean}
 *   <li>{@code TINYINT SMALLINT INTEGER BIGINT} and the unsigned ones up to {@code UINTEGER}:
 *       {@link #setLong}
 *   <li>{@code DATE}: {@link #setLong}, days since 1970-01-01
 *   <li>{@code TIMESTAMP}, {@code TIMESTAMP WITH TIME ZONE}: {@link #setLong}, microseconds since
 *       1970-01-01 (UTC)
 *   <li>{@code FLOAT DOUBLE}: {@link #setDouble}
 *   <li>{@code BLOB}: {@link #setText} with hexadecimal digits
 *   <li>all others: {@link #setText} with a text that DuckDB casts to the type
 * </ul>
 */
public interface RowBatch {

  int capacity();

  void setNull(int column, int row);

  void setBoolean(int column, int row, boolean value);

  void setLong(int column, int row, long value);

  void setDouble(int column, int row, double value);

  void setText(int column, int row, String value);
}
