package dev.osiris.worker.duckdb;

import dev.osiris.unit.ByteSize;
import dev.osiris.wire.WireLimits;

/**
 * What one step may use of the worker's DuckDB budget.
 *
 * @param memory limit of each of its instances
 * @param spill most bytes of temporary files of each of its instances
 */
public record Share(ByteSize memory, int threads, ByteSize spill) {

  /** Checks that there is something to work with. */
  public Share {
    if (memory.bytes() <= 0 || threads <= 0) {
      throw new IllegalArgumentException("a share needs memory and at least one thread");
    }
  }

  /** With what a session may hold on disk, unless it says otherwise. */
  public Share(ByteSize memory, int threads) {
    this(memory, threads, WireLimits.DISK);
  }

  public Share singleThreaded() {
    return new Share(memory, 1, spill);
  }

  public Share spilling(ByteSize most) {
    return new Share(memory, threads, most);
  }
}
