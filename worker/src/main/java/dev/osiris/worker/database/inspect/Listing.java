package dev.osiris.worker.database.inspect;

import dev.osiris.driver.StepContext;
import dev.osiris.step.Column;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * What a server's catalog says of its tables, as the tables {@code tables}, {@code columns} and
 * {@code keys} of a step: the same columns for every family.
 *
 * @param tables a query for schema, name, kind, estimated rows, bytes, comment
 * @param columns a query for schema, table, name, position from 1, type, whether it is nullable,
 *     whether it has a default, comment
 * @param keys a query for schema, table, name, kind (primary, unique, foreign), position from 1,
 *     column, referenced table, referenced column
 */
public record Listing(String tables, String columns, String keys) {

  private static final int ROWS_A_FETCH = 500;

  private static final List<Column> TABLES =
      List.of(
          text("schema"),
          text("name"),
          text("kind"),
          number("estimated_rows"),
          number("bytes"),
          text("comment"));

  private static final List<Column> COLUMNS =
      List.of(
          text("schema"),
          text("table"),
          text("name"),
          number("position"),
          text("type"),
          flag("nullable"),
          flag("has_default"),
          text("comment"));

  private static final List<Column> KEYS =
      List.of(
          text("schema"),
          text("table"),
          text("name"),
          text("kind"),
          number("position"),
          text("column"),
          text("referenced_table"),
          text("referenced_column"));

  /** Asks, and makes the step's tables. */
  public void write(StepContext context, Connection connection) throws SQLException {
    write(context, connection, "tables", TABLES, tables);
    write(context, connection, "columns", COLUMNS, columns);
    write(context, connection, "keys", KEYS, keys);
  }

  private static void write(
      StepContext context, Connection connection, String table, List<Column> columns, String query)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // A catalog may be large: rows are fetched as they are taken.
      statement.setFetchSize(ROWS_A_FETCH);
      try (ResultSet rows = statement.executeQuery(query)) {
        context.write(table, new ListingRows(columns, rows));
      }
    }
  }

  private static Column text(String name) {
    return new Column(name, "VARCHAR", true);
  }

  private static Column number(String name) {
    return new Column(name, "BIGINT", true);
  }

  private static Column flag(String name) {
    return new Column(name, "BOOLEAN", true);
  }
}
