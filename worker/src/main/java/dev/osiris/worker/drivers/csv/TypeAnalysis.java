package dev.osiris.worker.drivers.csv;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Asks the engine which types keep the values of columns. Pure but for the queries. */
final class TypeAnalysis {

  /**
   * Columns a query. Each expression of a query holds a vector of 2,048 values a thread, so all
   * columns of a wide file at once would not fit a small share of memory.
   */
  private static final int COLUMNS_AT_ONCE = 40;

  private TypeAnalysis() {}

  /**
   * The columns with the types that keep every value of a relation.
   *
   * @param relation SQL of the relation that has the texts of some columns
   * @param text SQL of the text of a column in it
   */
  static List<ColumnPlan> narrowest(
      Connection connection,
      List<ColumnPlan> columns,
      Function<List<ColumnPlan>, String> relation,
      Function<ColumnPlan, String> text)
      throws SQLException {
    List<ColumnPlan> found = new ArrayList<>();
    for (int from = 0; from < columns.size(); from += COLUMNS_AT_ONCE) {
      List<ColumnPlan> some =
          columns.subList(from, Math.min(columns.size(), from + COLUMNS_AT_ONCE));
      String masks =
          some.stream()
              .map(column -> column.mask(text.apply(column)))
              .collect(Collectors.joining(", "));
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery("SELECT " + masks + " FROM " + relation.apply(some))) {
        row.next();
        for (int i = 0; i < some.size(); i++) {
          long mask = row.getLong(i + 1);
          found.add(some.get(i).found(row.wasNull() ? null : mask));
        }
      }
    }
    return found;
  }
}
