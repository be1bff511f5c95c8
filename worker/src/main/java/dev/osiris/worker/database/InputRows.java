package dev.osiris.worker.database;

import dev.osiris.driver.StepContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Single rows of a step's input, for the rejects file. */
public final class InputRows {

  private InputRows() {}

  /**
   * The values of rows as texts, by row and column.
   *
   * @param relation of the input, in DuckDB
   * @param columns names
   * @param rows 1-based places
   */
  public static Map<Long, Map<String, @Nullable String>> values(
      StepContext context, String relation, List<String> columns, Collection<Long> rows)
      throws SQLException {
    String sql =
        "SELECT place, "
            + IntStream.range(0, columns.size())
                .mapToObj(i -> "CAST(c" + i + " AS VARCHAR)")
                .collect(Collectors.joining(", "))
            + " FROM (SELECT row_number() OVER () AS place, "
            + IntStream.range(0, columns.size())
                .mapToObj(i -> Quoting.DOUBLE_QUOTES.name(columns.get(i)) + " AS c" + i)
                .collect(Collectors.joining(", "))
            + " FROM "
            + relation
            + ") WHERE place IN ("
            + rows.stream().map(String::valueOf).collect(Collectors.joining(", "))
            + ")";
    Map<Long, Map<String, @Nullable String>> values = new LinkedHashMap<>();
    try (Statement statement = context.open().createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        Map<String, @Nullable String> row = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
          row.put(columns.get(i), result.getString(i + 2));
        }
        values.put(result.getLong(1), row);
      }
    }
    return values;
  }
}
