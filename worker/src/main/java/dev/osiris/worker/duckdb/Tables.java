package dev.osiris.worker.duckdb;

import dev.osiris.step.Column;
import dev.osiris.step.OutputTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What is in an attached DuckDB file. */
final class Tables {

  private Tables() {}

  /** Every table of the main schema of a catalog, in the order of their names. */
  static List<OutputTable> of(Connection connection, String catalog) throws SQLException {
    List<String> names = new ArrayList<>();
    String query =
        "SELECT table_name FROM duckdb_tables() WHERE database_name = "
            + Sql.text(catalog)
            + " AND schema_name = 'main' AND NOT internal ORDER BY table_name";
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    List<OutputTable> tables = new ArrayList<>();
    for (String name : names) {
      tables.add(of(connection, catalog, name));
    }
    return tables;
  }

  /** One table, with its rows counted. */
  static OutputTable of(Connection connection, String catalog, String table) throws SQLException {
    String path = path(catalog, table);
    // Two plain statements: as one, planned around DESCRIBE, they take twice as long.
    try (Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("SELECT count(*) FROM " + path)) {
      count.next();
      return new OutputTable(table, count.getLong(1), describe(connection, path));
    }
  }

  static List<Column> columns(Connection connection, String catalog, String table)
      throws SQLException {
    return describe(connection, path(catalog, table));
  }

  /** The columns of a relation, quoted as SQL needs it. */
  static List<Column> describe(Connection connection, String relation) throws SQLException {
    List<Column> columns = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("DESCRIBE " + relation)) {
      while (rows.next()) {
        columns.add(column(rows));
      }
    }
    return columns;
  }

  static String path(String catalog, String table) {
    return Sql.name(catalog) + ".main." + Sql.name(table);
  }

  private static Column column(ResultSet row) throws SQLException {
    return new Column(row.getString(1), row.getString(2), !"NO".equals(row.getString(3)));
  }
}
