package dev.osiris.worker.duckdb;

import dev.osiris.driver.StepInput;
import java.util.regex.Pattern;

/**
 * How many threads a query of a pipeline works with.
 *
 * <p>One thread for little work: with two, the thread that waits for the other one spins (measured:
 * it doubles what a small step costs). And one for inputs that are far larger than the memory where
 * the query may hold many of their rows: a thread that spills takes much that DuckDB does not count
 * (measured: 185 MiB with two threads, 120 with one, in a sort of 2 GB in 266 MiB). A query that
 * only picks rows spills nothing, and with one thread it would wait for the disk.
 */
final class QueryThreads {

  // A row group of DuckDB, which is also the least that two threads share.
  private static final long FEW_ROWS = 122_880;

  // Files are compressed: four times the memory in files is eight times or more in rows.
  private static final long LARGE_INPUTS = 4;

  /** Queries that can make many rows out of few. */
  private static final Pattern GENERATES =
      Pattern.compile(
          "\\b(range|generate_series|unnest|repeat|repeat_row|json_each|json_tree|recursive|join)\\b",
          Pattern.CASE_INSENSITIVE);

  /** Queries that can hold rows: one without any of these words sees each row once. */
  private static final Pattern HOLDS =
      Pattern.compile(
          "\\b(join|by|over|distinct|union|intersect|except|in|exists|list|string_agg|array_agg|median|mode|quantile\\w*|histogram)\\b",
          Pattern.CASE_INSENSITIVE);

  private QueryThreads() {}

  /** The step's share, with one thread where more would do harm. */
  static Share fitting(Share share, InputRelations inputs, String query) {
    long rows = inputs.tables().stream().mapToLong(StepInput.Table::rows).sum();
    return of(share, rows, inputs.bytes(), inputs.tables().size(), query);
  }

  static Share of(Share share, long rows, long bytes, int tables, String query) {
    boolean little = rows <= FEW_ROWS && !GENERATES.matcher(query).find();
    boolean holds = tables > 1 || HOLDS.matcher(query).find();
    boolean large = bytes > LARGE_INPUTS * share.memory().bytes();
    return little || large && holds ? share.singleThreaded() : share;
  }
}
