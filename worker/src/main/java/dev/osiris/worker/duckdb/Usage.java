package dev.osiris.worker.duckdb;

/**
 * What a step has used of DuckDB, by sampling a few times a second and once when its work is done:
 * the true peaks are at least that. DuckDB's own peaks are kept for one query of one connection and
 * cannot be asked for once an instance is locked.
 *
 * @param peakMemoryBytes most that its buffers held at once
 * @param spilledBytes most that its temporary files held at once
 */
public record Usage(long peakMemoryBytes, long spilledBytes) {

  static final Usage NONE = new Usage(0, 0);

  Usage max(Usage other) {
    return new Usage(
        Math.max(peakMemoryBytes, other.peakMemoryBytes),
        Math.max(spilledBytes, other.spilledBytes));
  }
}
