package dev.osiris.worker.step;

import dev.osiris.driver.StepEvents;
import dev.osiris.worker.duckdb.StepDatabase;

/** What every step's use of DuckDB is reported as. */
final class StepMetrics {

  private StepMetrics() {}

  static void report(StepDatabase database, StepEvents events) {
    events.metric("duckdb_peak_bytes", database.peakMemoryBytes(), "bytes");
    if (database.peakSpillBytes() > 0) {
      events.metric("duckdb_spilled_bytes", database.peakSpillBytes(), "bytes");
    }
  }
}
