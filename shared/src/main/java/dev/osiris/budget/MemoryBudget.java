package dev.osiris.budget;

import dev.osiris.unit.ByteSize;

/**
 * How a sandbox's memory limit is split. One number goes in; everything else follows.
 *
 * <p>Measured: with gRPC in the process the JVM needs about 120 MiB beside its heap (metaspace,
 * code, direct buffers, DuckDB's own overhead over its limit), and DuckDB thrashes below 50 MB a
 * thread. What DuckDB does not count grows with the data: a sort of 8 GB in 280 MB took 200 MiB
 * beside it. So a larger sandbox, which is made for larger data, reserves more.
 *
 * @param limit the sandbox's memory
 * @param heap for {@code -Xmx}
 * @param direct for {@code -XX:MaxDirectMemorySize}; part of the reserve
 * @param reserve everything that is neither heap nor DuckDB
 * @param duckdb what DuckDB instances share
 * @param threads DuckDB threads that this much memory can feed
 */
public record MemoryBudget(
    ByteSize limit,
    ByteSize heap,
    ByteSize direct,
    ByteSize reserve,
    ByteSize duckdb,
    int threads) {

  /** The least that a DuckDB thread works with. */
  public static final ByteSize PER_THREAD = new ByteSize(50_000_000);

  /** The smallest sandbox that can run a step. */
  public static final ByteSize MINIMUM = ByteSize.ofMiB(240);

  private static final ByteSize RESERVE = ByteSize.ofMiB(120);
  private static final ByteSize SMALL = ByteSize.ofMiB(256);
  private static final ByteSize MAX_UNCOUNTED = ByteSize.ofMiB(256);
  private static final ByteSize DIRECT = ByteSize.ofMiB(24);
  private static final ByteSize MIN_HEAP = ByteSize.ofMiB(64);
  private static final ByteSize MAX_HEAP = ByteSize.ofMiB(512);

  /**
   * Splits a limit.
   *
   * @param processors that the sandbox may use
   * @throws IllegalArgumentException when the limit is below {@link #MINIMUM}
   */
  public static MemoryBudget of(ByteSize limit, int processors) {
    long heap = Math.clamp(limit.bytes() / 8, MIN_HEAP.bytes(), MAX_HEAP.bytes());
    return withHeap(limit, new ByteSize(heap), processors);
  }

  /** Splits a limit around a heap that is already set. */
  public static MemoryBudget withHeap(ByteSize limit, ByteSize heap, int processors) {
    if (limit.compareTo(MINIMUM) < 0) {
      throw new IllegalArgumentException(
          "a worker needs at least " + MINIMUM + " of memory, and the limit is " + limit);
    }
    long uncounted = Math.clamp((limit.bytes() - SMALL.bytes()) / 4, 0, MAX_UNCOUNTED.bytes());
    ByteSize reserve = new ByteSize(RESERVE.bytes() + uncounted);
    long duckdb = Math.max(limit.bytes() - heap.bytes() - reserve.bytes(), PER_THREAD.bytes());
    int threads = Math.clamp(duckdb / PER_THREAD.bytes(), 1, Math.max(1, processors));
    return new MemoryBudget(limit, heap, DIRECT, reserve, new ByteSize(duckdb), threads);
  }
}
