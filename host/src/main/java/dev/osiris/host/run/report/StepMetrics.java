package dev.osiris.host.run.report;

import org.jspecify.annotations.Nullable;

/**
 * What a step's last attempt took of its worker, in bytes; {@code null} where its worker did not
 * say, such as when it was killed.
 *
 * @param peakRssBytes most anonymous memory of the worker's process while the step ran
 * @param duckdbPeakBytes most memory of the step's own DuckDB instance
 * @param duckdbSpilledBytes most that the step's DuckDB instance had on disk
 */
public record StepMetrics(
    @Nullable Long peakRssBytes,
    @Nullable Long duckdbPeakBytes,
    @Nullable Long duckdbSpilledBytes) {

  /** Of a step that no worker has told of. */
  public static final StepMetrics NONE = new StepMetrics(null, null, null);

  /** The same with one more metric of a worker; names that reports do not have change nothing. */
  public StepMetrics with(String name, long bytes) {
    return switch (name) {
      case "peak_rss_bytes" -> new StepMetrics(bytes, duckdbPeakBytes, duckdbSpilledBytes);
      case "duckdb_peak_bytes" -> new StepMetrics(peakRssBytes, bytes, duckdbSpilledBytes);
      case "duckdb_spilled_bytes" -> new StepMetrics(peakRssBytes, duckdbPeakBytes, bytes);
      default -> this;
    };
  }
}
