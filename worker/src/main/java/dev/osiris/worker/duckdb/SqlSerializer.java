package dev.osiris.worker.duckdb;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * DuckDB's parser as a function: the text of a query in, its tree as JSON out.
 *
 * <p>Owns a small in-memory instance that holds no data and is locked, so that nothing a session
 * does can change how queries are read, and a thread. Safe for use by several threads, which take
 * turns; a call cannot be interrupted, nor can DuckDB's parser.
 */
public final class SqlSerializer implements UnaryOperator<String>, AutoCloseable {
  /** About ten times this becomes heap when Jackson reads it; 16,000 constants fit. */
  static final int MAX_TREE_BYTES = 2 * 1024 * 1024;

  /**
   * DuckDB stops at 1,000 nested expressions, for which it wants 800 KB of stack; on less it takes
   * the process along. Callers may have less.
   */
  private static final long STACK_BYTES = 4L << 20;

  /**
   * By default the tree is written for DuckDB 0.10: types and PIVOT entries arrive translated,
   * folded or not at all. Only "latest" shows what will run. The setting would also decide the
   * format of new files, which is why it is not made in a cell.
   */
  private static final List<String> SETUP =
      List.of(
          "SET storage_compatibility_version = 'latest'",
          "SET threads = 1",
          // Bounds the JSON; the parse tree itself is plain malloc.
          "SET memory_limit = '40MB'",
          "SET temp_directory = ''",
          "SET autoinstall_known_extensions = false",
          "SET autoload_known_extensions = false",
          "SET enable_external_access = false",
          "SET lock_configuration = true");

  // The text is a parameter: nothing in it can end the literal and begin something else.
  private static final String SERIALIZE =
      """
      SELECT CASE WHEN strlen(tree) <= %d THEN tree END FROM (
        SELECT json_serialize_sql(?::VARCHAR, skip_null := true, skip_empty := true,
            skip_default := true)::VARCHAR AS tree)
      """
          .formatted(MAX_TREE_BYTES);

  private final Connection connection;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(null, task, "sql-parser", STACK_BYTES));

  // Of the thread alone. Kept, because preparing takes five times as long as serialising.
  private @Nullable PreparedStatement prepared;

  private SqlSerializer(Connection connection) {
    this.connection = connection;
  }

  public static SqlSerializer open() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:duckdb:");
    for (String setting : SETUP) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(setting);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }
    return new SqlSerializer(connection);
  }

  /** The tree, or DuckDB's description of the error, as JSON. */
  @Override
  public String apply(String query) {
    String tree = CompletableFuture.supplyAsync(() -> serialize(query), thread).join();
    if (tree == null) {
      throw SqlRefused.of(
          SqlRefused.Reason.TOO_LARGE,
          "the query has more parts than the gate reads (about 16,000); put long lists of values"
              + " into a table and join it");
    }
    return tree;
  }

  private @Nullable String serialize(String query) {
    try {
      PreparedStatement statement = prepared;
      if (statement == null) {
        statement = connection.prepareStatement(SERIALIZE);
        prepared = statement;
      }
      statement.setString(1, query);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    } catch (SQLException e) {
      // Syntax errors come back as JSON; what is thrown is the memory limit. A statement that
      // failed is closed.
      prepared = null;
      return null;
    }
  }

  @Override
  public void close() throws SQLException {
    thread.close();
    connection.close();
  }
}
