package dev.osiris.worker.database;

import dev.osiris.driver.StepConfig;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an extractor reads: a query of the pipeline's, or columns and rows of one table.
 *
 * @param table quoted path of the table; empty for a query
 * @param columns quoted, in the order of the configuration; empty for all
 * @param where condition in the server's SQL; empty for none
 */
public record Selection(
    String query,
    String table,
    List<String> columns,
    String where,
    Optional<Long> limit,
    Optional<Long> offset) {

  public Selection {
    columns = List.copyOf(columns);
  }

  /**
   * Of the keys {@code query}, or {@code table, schema, columns, where, limit, offset}.
   *
   * @param defaultSchema where a table is that is named without one; empty for the session's
   */
  public static Selection of(StepConfig config, Quoting quoting, String defaultSchema) {
    String schema = config.optionalText("schema").orElse(defaultSchema);
    return new Selection(
        config.optionalText("query").map(Selection::statement).orElse(""),
        config.optionalText("table").map(table -> quoting.path(schema, table)).orElse(""),
        config.texts("columns").stream().map(quoting::name).toList(),
        config.optionalText("where").orElse(""),
        config.optionalInteger("limit"),
        config.optionalInteger("offset"));
  }

  /** The same with another limit. */
  public Selection limitedTo(long rows) {
    return new Selection(query, table, columns, where, Optional.of(rows), offset);
  }

  /** The same without a limit. */
  public Selection unlimited() {
    return new Selection(query, table, columns, where, Optional.empty(), Optional.empty());
  }

  public boolean ofTable() {
    return query.isEmpty();
  }

  /** One SELECT. */
  public String sql() {
    return sql("");
  }

  /**
   * One SELECT, with a condition besides its own.
   *
   * @param also such as a range of keys; empty for none
   */
  public String sql(String also) {
    if (!ofTable()) {
      return also.isEmpty() ? query : "SELECT * FROM (" + query + "\n) AS q WHERE " + also;
    }
    String conditions =
        List.of(where, also).stream()
            .filter(condition -> !condition.isBlank())
            // A line end before the parenthesis: the condition may end in a comment.
            .map(condition -> "(" + condition + "\n)")
            .collect(Collectors.joining(" AND "));
    return "SELECT "
        + (columns.isEmpty() ? "*" : String.join(", ", columns))
        + " FROM "
        + table
        + (conditions.isEmpty() ? "" : " WHERE " + conditions)
        + limit.map(rows -> " LIMIT " + rows).orElse("")
        + offset.map(rows -> " OFFSET " + rows).orElse("");
  }

  /** Without the semicolon that people end a statement with. */
  private static String statement(String query) {
    String text = query.strip();
    while (text.endsWith(";")) {
      text = text.substring(0, text.length() - 1).strip();
    }
    return text;
  }
}
