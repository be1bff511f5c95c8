package dev.osiris.worker.duckdb.vector;

import dev.osiris.driver.RowBatch;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import dev.osiris.worker.duckdb.vector.VectorType.Storage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.duckdb.DuckDBDataChunkWriter;

/**
 * A batch that a driver fills on its own thread while DuckDB still works at the one before. Sized
 * by bytes, never by rows alone.
 */
public final class BatchBuffer implements RowBatch {

  /** DuckDB takes no more at once. */
  private static final int MOST_ROWS = 2048;

  private static final int LEAST_ROWS = 16;

  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

  private final List<Column> names;
  private final VectorType[] types;
  private final long[] least;
  private final long[] most;
  private final ColumnBuffer[] columns;
  private final int capacity;
  private final long textBudget;

  private int rows;
  private long firstRow;

  /** Bytes of all texts and bytes so far. */
  private long texts;

  /**
   * Makes an empty batch.
   *
   * @param names of the columns, for messages
   * @param types as which the values travel
   * @param bytes of the heap to stay in, but for a single value that is larger
   */
  public BatchBuffer(List<Column> names, List<VectorType> types, long bytes) {
    this.names = names;
    this.types = types.toArray(new VectorType[0]);
    this.columns = new ColumnBuffer[types.size()];
    this.least = new long[types.size()];
    this.most = new long[types.size()];
    long row = types.stream().mapToLong(type -> type.storage().width()).sum();
    this.capacity = Math.clamp(bytes / 2 / Math.max(1, row), LEAST_ROWS, MOST_ROWS);
    this.textBudget = bytes / 2;
    for (int i = 0; i < columns.length; i++) {
      VectorType type = types.get(i);
      columns[i] = ColumnBuffer.of(type, capacity);
      if (type.storage().width() <= 8) {
        least[i] = type.least();
        most[i] = type.most();
      }
    }
  }

  /**
   * Empties it.
   *
   * @param firstRow 0-based number of its first row in the table
   */
  public void clear(long firstRow) {
    this.firstRow = firstRow;
    rows = 0;
    texts = 0;
    for (ColumnBuffer column : columns) {
      column.clear();
    }
  }

  /**
   * Says how many rows the driver has filled.
   *
   * @throws StepException {@code DRIVER_DEFECT} when that cannot be
   */
  public void end(int filled) {
    if (filled < 0 || filled > capacity) {
      throw StepException.of(
          FailureCode.DRIVER_DEFECT,
          "the driver reports " + filled + " rows in a batch of " + capacity);
    }
    for (int i = 0; i < columns.length; i++) {
      if (columns[i].rows() < filled) {
        throw StepException.of(
            FailureCode.DRIVER_DEFECT,
            "the driver has left out values of column '" + names.get(i).name() + "'");
      }
    }
    rows = filled;
  }

  public int rows() {
    return rows;
  }

  /** Copies all rows into a chunk of DuckDB. */
  public void writeTo(DuckDBDataChunkWriter chunk) {
    for (int i = 0; i < columns.length; i++) {
      columns[i].writeTo(chunk.vector(i), rows);
    }
  }

  @Override
  public int capacity() {
    if (texts < textBudget) {
      return capacity;
    }
    int begun = 0;
    for (ColumnBuffer column : columns) {
      begun = Math.max(begun, column.rows());
    }
    return begun;
  }

  @Override
  public void setNull(int column, int row) {
    columns[column].setNull(row);
  }

  @Override
  public void setBoolean(int column, int row, boolean value) {
    columns[column].setLong(row, value ? 1 : 0);
  }

  @Override
  public void setLong(int column, int row, long value) {
    if (value < least[column] || value > most[column]) {
      throw unfitting(column, row);
    }
    columns[column].setLong(row, value);
  }

  @Override
  public void setHuge(int column, int row, long high, long low) {
    VectorType type = types[column];
    if (type.isDecimal() && tooLong(high, low, type.precision())) {
      throw unfitting(column, row);
    }
    columns[column].setHuge(row, high, low);
  }

  @Override
  public void setDouble(int column, int row, double value) {
    columns[column].setDouble(row, value);
  }

  @Override
  public void setText(int column, int row, String value) {
    VectorType type = types[column];
    if (type.storage() == Storage.TEXT) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      setBytes(column, row, bytes, 0, bytes.length);
    } else if (type.name().equals("UBIGINT")) {
      columns[column].setLong(row, unsigned(column, row, value));
    } else if (type.storage() == Storage.INT128) {
      BigInteger number = number(column, row, value, 127);
      setHuge(column, row, number.shiftRight(64).longValue(), number.longValue());
    } else if (type.isDecimal()) {
      setLong(column, row, number(column, row, value, 63).longValue());
    } else {
      throw StepException.of(
          FailureCode.DRIVER_DEFECT,
          "the driver sets a text in column '"
              + names.get(column).name()
              + "' of type "
              + names.get(column).type());
    }
  }

  @Override
  public void setBytes(int column, int row, byte[] source, int offset, int length) {
    columns[column].setBytes(row, source, offset, length);
    texts += length;
  }

  private long unsigned(int column, int row, String text) {
    try {
      return Long.parseUnsignedLong(text.strip());
    } catch (NumberFormatException noNumber) {
      throw unfitting(column, row);
    }
  }

  private BigInteger number(int column, int row, String text, int bits) {
    try {
      BigInteger number =
          new BigDecimal(text.strip()).setScale(types[column].scale()).unscaledValue();
      if (number.bitLength() <= bits) {
        return number;
      }
    } catch (ArithmeticException | NumberFormatException notExact) {
      throw unfitting(column, row);
    }
    throw unfitting(column, row);
  }

  private static boolean tooLong(long high, long low, int precision) {
    // Most are far from the limit: 2^63 has 19 digits.
    if (high == low >> 63 && precision > 18) {
      return false;
    }
    BigInteger value =
        BigInteger.valueOf(high).multiply(WORD).add(new BigInteger(Long.toUnsignedString(low)));
    return value.abs().compareTo(BigInteger.TEN.pow(precision)) >= 0;
  }

  private StepException unfitting(int column, int row) {
    Column name = names.get(column);
    return new StepException(
        Failure.of(
                FailureCode.VALUE_INVALID,
                "the value of column '"
                    + name.name()
                    + "' in row "
                    + (firstRow + row + 1)
                    + " is no "
                    + name.type())
            .at(
                new Failure.Where(
                    null, null, firstRow + row + 1, name.name(), name.type(), null, null)));
  }
}
