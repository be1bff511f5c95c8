package dev.osiris.worker.duckdb;

import dev.osiris.step.OutputTable;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * A cell for SQL of a pipeline: sees the step's inputs read-only and its output, and can reach
 * nothing else and change no setting. It never becomes anything else again.
 */
final class LockedCell {

  private final Cell cell;
  private final Interrupter interrupter;

  private LockedCell(Cell cell, Interrupter interrupter) {
    this.cell = cell;
    this.interrupter = interrupter;
  }

  /** Takes the cell over, also when it fails. */
  static LockedCell open(
      Cell cell, Path output, InputRelations inputs, Interrupter interrupter, CellStock stock)
      throws SQLException {
    try {
      attach(cell, inputs);
      cell.attachOutput(output);
      CellLock.lock(cell.keeper());
      return new LockedCell(cell, interrupter);
    } catch (SQLException e) {
      stock.retire(cell);
      throw e;
    }
  }

  /** The same without an output, for queries whose rows go to a person. */
  static LockedCell open(Cell cell, InputRelations inputs, Interrupter interrupter, CellStock stock)
      throws SQLException {
    try {
      attach(cell, inputs);
      CellLock.lock(cell.keeper());
      return new LockedCell(cell, interrupter);
    } catch (SQLException e) {
      stock.retire(cell);
      throw e;
    }
  }

  private static void attach(Cell cell, InputRelations inputs) throws SQLException {
    for (var file : inputs.catalogs().entrySet()) {
      cell.run(InputRelations.attach(file.getKey(), file.getValue()));
    }
    cell.run(inputs.views());
  }

  Cell cell() {
    return cell;
  }

  /** What {@link #create} runs for a query that has passed the gate. */
  static QueryText statement(String table, String query) {
    return new QueryText("CREATE TABLE " + Tables.path(Cell.OUT, table) + " AS\n", query);
  }

  OutputTable create(String table, QueryText statement) throws SQLException {
    interrupter.execute(cell.keeper(), statement.statement());
    return Tables.of(cell.keeper(), Cell.OUT, table);
  }

  /** Writes the output out and lets go of it. */
  void finish() throws SQLException {
    cell.detachOutput();
  }
}
