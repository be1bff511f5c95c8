package dev.osiris.worker.duckdb;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Closes a cell for a pipeline's SQL. It cannot be undone: what was attached before stays, and
 * beside it only the cell's own folder can be opened, which holds one step's files at a time.
 *
 * <p>The lock is the second wall behind {@link SqlGate}, and not a whole one. What it leaves open
 * to a SELECT: files of the cell's folder and temporary directory and of the attached databases,
 * the catalog and the settings with their paths, {@code query()}, and {@code enable_logging()},
 * which writes to stdout or into the temporary directory. To other statements: COPY and ATTACH in
 * these directories, and DETACH plus ATTACH of an input, which comes back writable.
 */
final class CellLock {

  /** The lists of what the instance may still open are fixed from here on. */
  private static final String LOCK =
      "SET enable_external_access = false; SET lock_configuration = true;";

  /** A setting that a newer DuckDB renames or ignores must not leave a cell open. */
  private static final String CHECK =
      "SELECT NOT current_setting('enable_external_access')::BOOLEAN"
          + " AND current_setting('lock_configuration')::BOOLEAN";

  private CellLock() {}

  /**
   * Locks an instance.
   *
   * @param folder what it may open from here on; null for nothing
   */
  static void lock(Connection cell, @Nullable Path folder) throws SQLException {
    String allow = folder == null ? "" : "SET allowed_directories = [" + Sql.path(folder) + "]; ";
    try (Statement statement = cell.createStatement();
        ResultSet row = statement.executeQuery(allow + LOCK + CHECK)) {
      boolean locked = row.next() && row.getBoolean(1);
      // Results are streamed: one that is not read to its end keeps its transaction open.
      if (!locked || row.next()) {
        throw new IllegalStateException("the cell did not lock");
      }
    }
  }
}
