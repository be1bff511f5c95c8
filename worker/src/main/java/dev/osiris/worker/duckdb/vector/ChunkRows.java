package dev.osiris.worker.duckdb.vector;

import dev.osiris.driver.RowReader;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/** Rows of a query, read where DuckDB has put them. */
public final class ChunkRows implements RowReader {

  /** Up to so many bytes a text stands beside its length; else an address is there. */
  private static final int INLINED = 12;

  private final DuckDBPreparedStatement statement;
  private final DuckDBChunkedResult result;
  private final List<Column> columns;
  private final VectorType.Storage[] storages;
  private final boolean[] unsigned;
  private final ByteBuffer[] data;
  private final @Nullable ByteBuffer[] validity;

  private @Nullable ByteBuffer chunk;
  private int rows;

  private ChunkRows(
      DuckDBPreparedStatement statement, DuckDBChunkedResult result, List<Column> columns) {
    this.statement = statement;
    this.result = result;
    this.columns = List.copyOf(columns);
    this.storages = new VectorType.Storage[columns.size()];
    this.unsigned = new boolean[columns.size()];
    this.data = new ByteBuffer[columns.size()];
    this.validity = new ByteBuffer[columns.size()];
    for (int i = 0; i < storages.length; i++) {
      VectorType type = VectorType.of(columns.get(i).type());
      storages[i] = type.storage();
      unsigned[i] = type.name().startsWith("U");
    }
  }

  /**
   * Runs a statement whose rows come as they are made. Takes it over, also on failure.
   *
   * @throws StepException {@code TYPE_UNSUPPORTED} when a column is of a type that is not read in
   *     place
   */
  public static ChunkRows of(DuckDBPreparedStatement statement) throws SQLException {
    try {
      List<Column> columns = columns(statement.getMetaData());
      return new ChunkRows(statement, statement.query(), columns);
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private static List<Column> columns(ResultSetMetaData meta) throws SQLException {
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      Column column = new Column(meta.getColumnLabel(i), meta.getColumnTypeName(i), true);
      if (VectorType.of(column.type()).storage() == VectorType.Storage.OTHER) {
        throw new StepException(
            Failure.of(
                    FailureCode.TYPE_UNSUPPORTED,
                    "column '"
                        + column.name()
                        + "' has the type "
                        + column.type()
                        + ", which is not read in place")
                .inColumn(column.name()));
      }
      columns.add(column);
    }
    return columns;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public boolean next() throws SQLException {
    letGo();
    ByteBuffer fetched = VectorMemory.fetch(result);
    if (fetched == null) {
      return false;
    }
    chunk = fetched;
    rows = VectorMemory.rows(fetched);
    for (int i = 0; i < data.length; i++) {
      data[i] = VectorMemory.data(fetched, i, rows * storages[i].width());
      validity[i] = VectorMemory.validity(fetched, i, rows);
    }
    return rows > 0;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public boolean isNull(int column, int row) {
    ByteBuffer valid = validity[column];
    return valid != null && (valid.getLong(row >> 6 << 3) >>> (row & 63) & 1) == 0;
  }

  @Override
  public boolean getBoolean(int column, int row) {
    return data[column].get(row) != 0;
  }

  @Override
  public long getLong(int column, int row) {
    return switch (storages[column]) {
      case INT64 -> data[column].getLong(row << 3);
      case INT32 -> {
        int value = data[column].getInt(row << 2);
        yield unsigned[column] ? Integer.toUnsignedLong(value) : value;
      }
      case INT16 -> {
        short value = data[column].getShort(row << 1);
        yield unsigned[column] ? Short.toUnsignedLong(value) : value;
      }
      case INT8 -> {
        byte value = data[column].get(row);
        yield unsigned[column] ? Byte.toUnsignedLong(value) : value;
      }
      default -> throw new IllegalStateException(columns.get(column) + " is no number of 64 bits");
    };
  }

  @Override
  public long getHigh(int column, int row) {
    return data[column].getLong((row << 4) + 8);
  }

  @Override
  public long getLow(int column, int row) {
    return data[column].getLong(row << 4);
  }

  @Override
  public double getDouble(int column, int row) {
    return storages[column] == VectorType.Storage.FLOAT32
        ? data[column].getFloat(row << 2)
        : data[column].getDouble(row << 3);
  }

  @Override
  public int length(int column, int row) {
    return data[column].getInt(row << 4);
  }

  @Override
  public void copy(int column, int row, byte[] target, int offset) {
    ByteBuffer texts = data[column];
    int at = row << 4;
    int length = texts.getInt(at);
    if (length <= INLINED) {
      texts.get(at + 4, target, offset, length);
    } else {
      MemorySegment.copy(
          VectorMemory.ALL, ValueLayout.JAVA_BYTE, texts.getLong(at + 8), target, offset, length);
    }
  }

  private void letGo() {
    ByteBuffer held = chunk;
    chunk = null;
    rows = 0;
    if (held != null) {
      VectorMemory.destroy(held);
    }
  }

  @Override
  public void close() throws SQLException {
    letGo();
    try {
      result.close();
    } finally {
      statement.close();
    }
  }
}
