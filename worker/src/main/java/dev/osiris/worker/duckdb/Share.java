package dev.osiris.worker.duckdb;

import dev.osiris.unit.ByteSize;

/**
 * What one step may use of the worker's DuckDB budget.
 *
 * @param memory limit of each of its instances
 */
public record Share(ByteSize memory, int threads) {

  /** Checks that there is something to work with. */
  public Share {
    if (memory.bytes() <= 0 || threads <= 0) {
      throw new IllegalArgumentException("a share needs memory and at least one thread");
    }
  }

  public Share singleThreaded() {
    return new Share(memory, 1);
  }
}
