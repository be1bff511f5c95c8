package dev.osiris.worker.duckdb;

import dev.osiris.driver.StepInput;
import java.util.regex.Pattern;

/**
 * How many threads a query of a pipeline works with: one for little work, since with two, the
 * thread that waits for the other one spins (measured: it doubles what a small step costs).
 *
 * <p>Large work has all threads, though each takes memory that DuckDB does not count (measured in a
 * sort of 2 GB in 266 MiB: 185 MiB with two threads, 120 with one). A step for which that was too
 * much runs again with one.
 */
final class QueryThreads {

  // A row group of DuckDB, which is also the least that two threads share.
  private static final long FEW_ROWS = 122_880;

  /** Queries that can make many rows out of few. */
  private static final Pattern GENERATES =
      Pattern.compile(
          "\\b(range|generate_series|unnest|repeat|repeat_row|json_each|json_tree|recursive|join)\\b",
          Pattern.CASE_INSENSITIVE);

  private QueryThreads() {}

  /** The step's share, with one thread where more would do harm. */
  static Share fitting(Share share, InputRelations inputs, String query) {
    return of(share, inputs.tables().stream().mapToLong(StepInput.Table::rows).sum(), query);
  }

  static Share of(Share share, long rows, String query) {
    boolean little = rows <= FEW_ROWS && !GENERATES.matcher(query).find();
    return little ? share.singleThreaded() : share;
  }
}
