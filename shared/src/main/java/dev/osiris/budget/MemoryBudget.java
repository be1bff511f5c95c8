package dev.osiris.budget;

import dev.osiris.unit.ByteSize;
import java.util.Map;

/**
 * How a sandbox's memory limit is split. One number goes in; everything else follows.
 *
 * <p>The reserve is an estimate, from single looks at workers on one machine: beside its heap an
 * idle worker holds about 55 MiB of its own (metaspace, code, direct buffers, DuckDB's instances at
 * rest), about 80 MiB where it runs without an AOT cache; some 30 MiB of its program's files are
 * read by every step, and count where nobody else had them in memory; and beside its limit a DuckDB
 * that loads a file holds some 20 MiB that it does not count. That part grows with the data: 30 MiB
 * more in the load of 5 GB, about 200 MiB in a sort of 8 GB with 280 MB. So a larger sandbox, which
 * is made for larger data, reserves more; not everything that a query can do is covered.
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
  public static final ByteSize MINIMUM = ByteSize.ofMiB(192);

  /**
   * What a worker's allocators are told, as environment variables: glibc keeps few arenas, since
   * they are memory that nobody counts; and DuckDB's pieces from 1 MiB on, such as the buffers of a
   * file that it reads, go back to the system when they are free, not ten seconds later (the load
   * of a CSV file took 15 MiB less when tried, and as much processor time).
   */
  public static final Map<String, String> ENVIRONMENT =
      Map.of("MALLOC_ARENA_MAX", "2", "DUCKDB_JE_MALLOC_CONF", "oversize_threshold:1048576");

  private static final ByteSize RESERVE = ByteSize.ofMiB(112);
  private static final ByteSize MAX_UNCOUNTED = ByteSize.ofMiB(224);
  private static final ByteSize DIRECT = ByteSize.ofMiB(24);
  private static final ByteSize MIN_HEAP = ByteSize.ofMiB(32);
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

  /**
   * Splits a limit around a heap that is already set.
   *
   * @throws IllegalArgumentException when the limit is below {@link #MINIMUM}, or the heap leaves
   *     nothing for DuckDB
   */
  public static MemoryBudget withHeap(ByteSize limit, ByteSize heap, int processors) {
    if (limit.compareTo(MINIMUM) < 0) {
      throw new IllegalArgumentException(
          "a worker needs at least " + MINIMUM + " of memory, and the limit is " + limit);
    }
    long uncounted = Math.clamp((limit.bytes() - MINIMUM.bytes()) / 4, 0, MAX_UNCOUNTED.bytes());
    ByteSize reserve = new ByteSize(RESERVE.bytes() + uncounted);
    long heapRoom = limit.bytes() - reserve.bytes() - PER_THREAD.bytes();
    if (heap.bytes() > Math.max(heapRoom, MIN_HEAP.bytes())) {
      throw new IllegalArgumentException(
          "a heap (-Xmx, or OSIRIS_HEAP in the image) of "
              + heap
              + " leaves nothing for DuckDB of a limit of "
              + limit
              + "; let it be at most "
              + new ByteSize(heapRoom)
              + ", or an eighth of the limit as it is by default");
    }
    long duckdb = Math.max(limit.bytes() - heap.bytes() - reserve.bytes(), PER_THREAD.bytes());
    int threads = Math.clamp(duckdb / PER_THREAD.bytes(), 1, Math.max(1, processors));
    return new MemoryBudget(limit, heap, DIRECT, reserve, new ByteSize(duckdb), threads);
  }

  /** The parts, for messages to people. */
  public String split() {
    return "heap " + heap + ", DuckDB " + duckdb + ", reserve " + reserve;
  }
}
