package dev.osiris.worker.drivers.sql;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.OutputTable;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Runs {@code duckdb.processor}: one query that makes the table {@code main}, or named queries that
 * make a table each. The queries see the step's inputs, not each other's tables.
 */
public final class DuckDbProcessor implements Driver {

  @Override
  public String component() {
    return "duckdb.processor";
  }

  @Override
  public void run(StepContext context) throws SQLException {
    Map<String, String> queries = queries(context);
    long total = 0;
    for (Map.Entry<String, String> query : queries.entrySet()) {
      long rows = context.sql(query.getKey(), query.getValue());
      if (queries.size() > 1) {
        context.events().metric("rows_written." + query.getKey(), rows, "rows");
      }
      total += rows;
      context.events().progress(total);
    }
    context.events().metric("rows_written", total, "rows");
  }

  private static Map<String, String> queries(StepContext context) {
    Map<String, String> queries = new LinkedHashMap<>();
    context.config().optionalText("query").ifPresent(query -> queries.put(OutputTable.MAIN, query));
    context.config().map("queries").forEach((table, query) -> put(queries, table, query));
    if (queries.isEmpty()) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID, "config key 'queries' names no table", "name at least one");
    }
    return queries;
  }

  private static void put(Map<String, String> queries, String table, Object query) {
    if (table.isBlank()) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID, "config key 'queries' has a table without a name");
    }
    queries.put(table, String.valueOf(query));
  }
}
