package dev.osiris.worker.duckdb;

import dev.osiris.step.Column;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cell for statements of the worker and of drivers, with the step's output attached. The inputs
 * come with the driver's connection, since rows from Java need none.
 */
final class TrustedCell {

  private final Cell cell;
  private final InputRelations inputs;
  private final Interrupter interrupter;

  /** Never held while a statement of a driver runs: a row source may ask for the connection. */
  private final ReentrantLock connecting = new ReentrantLock();

  private @Nullable Connection driver;
  private @Nullable RowFunction rows;

  private TrustedCell(Cell cell, InputRelations inputs, Interrupter interrupter) {
    this.cell = cell;
    this.inputs = inputs;
    this.interrupter = interrupter;
  }

  /** Takes the cell over, also when attaching the output fails. */
  static TrustedCell open(
      Cell cell, Path output, InputRelations inputs, Interrupter interrupter, CellStock stock)
      throws SQLException {
    try {
      cell.attachOutput(output);
      return new TrustedCell(cell, inputs, interrupter);
    } catch (SQLException e) {
      stock.retire(cell);
      throw e;
    }
  }

  Cell cell() {
    return cell;
  }

  /** The cell, to be closed with whatever its step has left in it. */
  Cell abandon() {
    connecting.lock();
    try {
      Cell.closeQuietly(driver);
      return cell;
    } finally {
      connecting.unlock();
    }
  }

  /** The driver's connection: the same every time, until {@link #finish}. */
  Connection driver() throws SQLException {
    connecting.lock();
    try {
      interrupter.check();
      Connection known = driver;
      if (known == null) {
        known = TrackedConnection.of(connectWithInputs(), interrupter);
        driver = known;
      }
      return known;
    } finally {
      connecting.unlock();
    }
  }

  private Connection connectWithInputs() throws SQLException {
    Connection connection = cell.connect();
    try (Statement statement = connection.createStatement()) {
      for (var file : inputs.catalogs().entrySet()) {
        statement.execute(InputRelations.attach(file.getKey(), file.getValue()));
      }
      statement.execute(
          inputs.views()
              + "SET search_path = "
              + Sql.text(
                  Sql.name(Cell.OUT)
                      + ".main,"
                      + inputs.schemas().stream()
                          .map(schema -> InputRelations.CATALOG + "." + Sql.name(schema))
                          .collect(Collectors.joining(","))));
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Makes a table of what Java brings. Rows in order come by one thread: with more, DuckDB's
   * calling thread waits busily for the one that is in Java.
   *
   * <p>A row group is compressed as soon as it is there. DuckDB would gather several, and nobody
   * could bring rows for as long as it compresses them all.
   */
  void create(String table, RowLoad load) throws SQLException {
    load("CREATE TABLE " + Tables.path(Cell.OUT, table) + " AS", load);
  }

  /** Adds what Java brings to a table, in one transaction: the statement's own. */
  void append(String table, RowLoad load) throws SQLException {
    load("INSERT INTO " + Tables.path(Cell.OUT, table), load);
  }

  private void load(String into, RowLoad load) throws SQLException {
    RowFunction function = rows;
    if (function == null) {
      function = RowFunction.register(cell.keeper());
      rows = function;
    }
    Share before = cell.share();
    cell.limit(load.inAnyOrder() ? before : before.singleThreaded());
    cell.run(
        "SET write_buffer_row_group_count = 1; SET preserve_insertion_order = "
            + !load.inAnyOrder());
    long token = function.begin(load);
    try (Connection connection = cell.connect()) {
      interrupter.execute(
          connection,
          into + " SELECT " + load.selectList() + " FROM " + RowFunction.relation(token));
    } finally {
      function.end(token);
      cell.run("RESET write_buffer_row_group_count; RESET preserve_insertion_order");
      cell.limit(before);
    }
  }

  List<Column> columns(String table) throws SQLException {
    return Tables.columns(cell.keeper(), Cell.OUT, table);
  }

  /** Copies a table out of another DuckDB file. */
  void copy(Path file, String table) throws SQLException {
    String catalog = ":beside";
    cell.run(InputRelations.attach(file, catalog));
    try (Connection connection = cell.connect()) {
      interrupter.execute(
          connection,
          "CREATE TABLE "
              + Tables.path(Cell.OUT, table)
              + " AS FROM "
              + Tables.path(catalog, table));
    } finally {
      cell.run("DETACH " + Sql.name(catalog));
    }
  }

  /** Writes the output out and lets go of it; the driver's connection is closed. */
  void finish() throws SQLException {
    connecting.lock();
    try {
      if (driver != null) {
        driver.close();
      }
    } finally {
      connecting.unlock();
    }
    cell.detachOutput();
  }
}
