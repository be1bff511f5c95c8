package dev.osiris.worker.duckdb;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Closes a cell for a pipeline's SQL, once one step's inputs and output are attached. It cannot be
 * undone.
 *
 * <p>The lock is the second wall behind {@link SqlGate}, and not a whole one. What it leaves open
 * to a SELECT: files of the cell's temporary directory and of the attached databases, the catalog
 * and the settings with their paths, {@code query()}, and {@code enable_logging()}, which writes to
 * stdout or into the temporary directory. To other statements: COPY and ATTACH in the temporary
 * directory, and DETACH plus ATTACH of an input, which comes back writable.
 */
final class CellLock {

  /** Both lists of what the instance may still open are fixed from here on. */
  private static final String LOCK =
      "SET enable_external_access = false; SET lock_configuration = true;";

  /** A setting that a newer DuckDB renames or ignores must not leave a cell open. */
  private static final String CHECK =
      "SELECT NOT current_setting('enable_external_access')::BOOLEAN"
          + " AND current_setting('lock_configuration')::BOOLEAN";

  private CellLock() {}

  static void lock(Connection cell) throws SQLException {
    try (Statement statement = cell.createStatement();
        ResultSet row = statement.executeQuery(LOCK + CHECK)) {
      boolean locked = row.next() && row.getBoolean(1);
      // Results are streamed: one that is not read to its end keeps its transaction open.
      if (!locked || row.next()) {
        throw new IllegalStateException("the cell did not lock");
      }
    }
  }
}
