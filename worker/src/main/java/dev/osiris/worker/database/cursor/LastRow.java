package dev.osiris.worker.database.cursor;

import dev.osiris.worker.database.Quoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the last committed row of a table has in the cursor's columns. */
final class LastRow {

  /**
   * As DuckDB writes years before the first one: in the middle, where servers have it at the end.
   */
  private static final Pattern BEFORE_CHRIST = Pattern.compile("(.*) \\(BC\\)(.*)");

  private LastRow() {}

  /**
   * Of a table whose rows stand in the order in which they were committed.
   *
   * @param duckdb on which the table can be seen
   * @param rows of the table, at least one
   */
  static Watermark of(Connection duckdb, String table, long rows, List<CursorColumn> cursor)
      throws SQLException {
    String columns =
        cursor.stream()
            .map(column -> Quoting.DOUBLE_QUOTES.name(column.name()))
            .map(name -> "CAST(" + name + " AS VARCHAR), typeof(" + name + ")")
            .collect(Collectors.joining(", "));
    try (Statement statement = duckdb.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT "
                    + columns
                    + " FROM "
                    + Quoting.DOUBLE_QUOTES.name(table)
                    + " WHERE rowid = "
                    + (rows - 1))) {
      if (!row.next()) {
        throw new SQLException("the table has no row " + rows);
      }
      List<String> values = new ArrayList<>();
      for (int i = 0; i < cursor.size(); i++) {
        String text = row.getString(2 * i + 1);
        if (text == null) {
          throw CursorChecks.withoutValue(cursor.get(i), "the last row");
        }
        values.add(forServers(text, row.getString(2 * i + 2)));
      }
      return new Watermark(values);
    }
  }

  private static String forServers(String text, String type) {
    return type.equals("VARCHAR") ? text : BEFORE_CHRIST.matcher(text).replaceFirst("$1$2 BC");
  }
}
