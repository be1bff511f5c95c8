package dev.osiris.worker.duckdb;

import dev.osiris.driver.RowSource;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import dev.osiris.worker.duckdb.vector.BatchBuffer;
import dev.osiris.worker.duckdb.vector.RowPump;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.jspecify.annotations.Nullable;

/**
 * Sources of rows on their way into one table. DuckDB pulls from one thread at a time, which need
 * not be the same each time; from as many as it has where there are several sources.
 */
final class RowLoad implements AutoCloseable {

  private final List<? extends RowSource> sources;
  private final Interrupter interrupter;
  private final List<RowColumn> columns;

  private final LongAdder rows = new LongAdder();
  private final Lock pumping = new ReentrantLock();
  private @Nullable RowPump pump;
  private @Nullable Runnable abort;
  private volatile @Nullable Throwable thrown;

  RowLoad(List<? extends RowSource> sources, Interrupter interrupter) {
    this.sources = List.copyOf(sources);
    this.interrupter = interrupter;
    List<RowColumn> all = new ArrayList<>();
    List<Column> columns = sources.getFirst().columns();
    if (!sources.stream().allMatch(source -> source.columns().equals(columns))) {
      throw StepException.of(
          FailureCode.DRIVER_DEFECT, "the driver brings rows of different columns for one table");
    }
    columns.forEach(column -> all.add(RowColumn.of(column, all.size())));
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

  /** Whether DuckDB may take rows from several threads, in any order. */
  boolean inAnyOrder() {
    return sources.size() > 1;
  }

  long rows() {
    return rows.sum();
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
      rows.add(filled);
      return filled;
    } catch (Throwable t) {
      thrown = t;
      StepDatabase.<RuntimeException>throwAsItself(t);
      return 0;
    }
  }

  /** Begins with the first chunk: DuckDB may refuse the statement before. */
  private RowPump pump() {
    pumping.lock();
    try {
      RowPump running = pump;
      if (running == null) {
        running =
            new RowPump(
                sources,
                columns.stream().map(RowColumn::column).toList(),
                columns.stream().map(RowColumn::travels).toList());
        pump = running;
        abort = running::abort;
        interrupter.whenInterrupted(abort);
      }
      return running;
    } finally {
      pumping.unlock();
    }
  }

  /** Ends the filling, whether or not all rows were taken. */
  @Override
  public void close() {
    pumping.lock();
    try {
      if (pump != null && abort != null) {
        interrupter.forget(abort);
        pump.close();
      }
    } finally {
      pumping.unlock();
    }
  }
}
