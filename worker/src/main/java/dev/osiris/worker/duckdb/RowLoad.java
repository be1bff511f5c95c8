package dev.osiris.worker.duckdb;

import dev.osiris.driver.RowSource;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.duckdb.vector.BatchBuffer;
import dev.osiris.worker.duckdb.vector.RowPump;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.jspecify.annotations.Nullable;

/**
 * One source of rows on its way into one table. DuckDB pulls it from one thread at a time, which
 * need not be the same each time.
 */
final class RowLoad implements AutoCloseable {

  private final RowSource source;
  private final Interrupter interrupter;
  private final List<RowColumn> columns;

  private volatile long rows;
  private volatile @Nullable RowPump pump;
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

  void declare(DuckDBTableFunctionBindInfo bind) throws SQLException {
    for (RowColumn column : columns) {
      column.declared().declare(bind, column.label());
    }
  }

  /** Fills one chunk; 0 rows end the table. */
  long fill(DuckDBDataChunkWriter chunk) throws Exception {
    if (thrown != null) {
      return 0;
    }
    try {
      interrupter.check();
      BatchBuffer batch = pump().take(interrupter::check);
      if (batch == null) {
        return 0;
      }
      batch.writeTo(chunk);
      int filled = batch.rows();
      pump().giveBack(batch);
      rows += filled;
      return filled;
    } catch (Throwable t) {
      thrown = t;
      StepDatabase.<RuntimeException>throwAsItself(t);
      return 0;
    }
  }

  /** Begins with the first chunk: DuckDB may refuse the statement before. */
  private RowPump pump() {
    RowPump running = pump;
    if (running == null) {
      running =
          new RowPump(
              source,
              columns.stream().map(RowColumn::column).toList(),
              columns.stream().map(RowColumn::travels).toList());
      pump = running;
      interrupter.whenInterrupted(running::abort);
    }
    return running;
  }

  /** Ends the filling, whether or not all rows were taken. */
  @Override
  public void close() {
    RowPump running = pump;
    if (running != null) {
      running.close();
    }
  }
}
