package dev.osiris.worker.duckdb;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * One source of rows on its way into one table. DuckDB pulls it from one thread at a time, which
 * need not be the same each time.
 */
final class RowLoad {

  private final RowSource source;
  private final Interrupter interrupter;
  private final List<RowColumn> columns;

  private volatile long rows;
  private volatile boolean ended;
  private volatile @Nullable Throwable thrown;

  RowLoad(RowSource source, Interrupter interrupter) {
    this.source = source;
    this.interrupter = interrupter;
    List<RowColumn> all = new ArrayList<>();
    source.columns().forEach(column -> all.add(RowColumn.of(column, all.size())));
    if (all.isEmpty()) {
      throw StepException.of(FailureCode.DRIVER_DEFECT, "the driver brings rows without columns");
    }
    this.columns = List.copyOf(all);
  }

  /** The items of a SELECT over the table function that give the columns their names and types. */
  String selectList() {
    return columns.stream().map(RowColumn::selectItem).collect(Collectors.joining(", "));
  }

  List<RowColumn> columns() {
    return columns;
  }

  long rows() {
    return rows;
  }

  /** What the source threw, which DuckDB passes on as text only. */
  @Nullable Throwable thrown() {
    return thrown;
  }

  void declare(DuckDBTableFunctionBindInfo bind) {
    columns.forEach(column -> bind.addResultColumn(column.label(), column.carrier().type()));
  }

  /** Fills one chunk; 0 rows end the table. */
  long fill(DuckDBDataChunkWriter chunk) throws Exception {
    if (ended) {
      return 0;
    }
    try {
      interrupter.check();
      Batch batch = new Batch(chunk, columns.size());
      int filled = source.fill(batch);
      batch.check(filled, columns);
      rows += filled;
      ended = filled == 0;
      return filled;
    } catch (Throwable t) {
      ended = true;
      thrown = t;
      throw t;
    }
  }

  /** A chunk of DuckDB as the driver sees it. */
  private static final class Batch implements RowBatch {

    private final int capacity;
    private final DuckDBWritableVector[] vectors;
    private final int[] set;

    Batch(DuckDBDataChunkWriter chunk, int columns) {
      this.capacity = (int) chunk.capacity();
      this.vectors = new DuckDBWritableVector[columns];
      this.set = new int[columns];
      for (int column = 0; column < columns; column++) {
        vectors[column] = chunk.vector(column);
      }
    }

    @Override
    public int capacity() {
      return capacity;
    }

    @Override
    public void setNull(int column, int row) {
      set[column]++;
      vectors[column].setNull(row);
    }

    @Override
    public void setBoolean(int column, int row, boolean value) {
      set[column]++;
      vectors[column].setBoolean(row, value);
    }

    @Override
    public void setLong(int column, int row, long value) {
      set[column]++;
      vectors[column].setLong(row, value);
    }

    @Override
    public void setDouble(int column, int row, double value) {
      set[column]++;
      vectors[column].setDouble(row, value);
    }

    @Override
    public void setText(int column, int row, String value) {
      set[column]++;
      vectors[column].setString(row, value);
    }

    /** A cell that was not set would be whatever the memory held before. */
    void check(int filled, List<RowColumn> columns) {
      if (filled < 0 || filled > capacity) {
        throw StepException.of(
            FailureCode.DRIVER_DEFECT,
            "the driver reports " + filled + " rows in a batch of " + capacity);
      }
      for (int column = 0; column < set.length; column++) {
        if (set[column] < filled) {
          throw StepException.of(
              FailureCode.DRIVER_DEFECT,
              "the driver has left out values of column '"
                  + columns.get(column).column().name()
                  + "'");
        }
      }
    }
  }
}
