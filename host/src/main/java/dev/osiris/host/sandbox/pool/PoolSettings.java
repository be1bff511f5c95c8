package dev.osiris.host.sandbox.pool;

import java.time.Duration;

/**
 * How many workers a pool keeps, and how it looks after them.
 *
 * @param ready workers that wait to be taken
 * @param starting most sandboxes that are started at a time; more only slow each other down
 * @param expected sessions that will be taken in all: towards the end fewer workers are kept ready;
 *     {@link Integer#MAX_VALUE} when nobody knows
 * @param checkEvery how often a waiting worker is asked whether it serves, and how long it may take
 *     to answer
 * @param backOff after the first worker that failed; doubles with each further one, up to half a
 *     minute
 * @param patience how long a taker waits for its worker at most
 */
public record PoolSettings(
    int ready,
    int starting,
    int expected,
    Duration checkEvery,
    Duration backOff,
    Duration patience) {

  /** Checks that something can be started at all. */
  public PoolSettings {
    if (ready < 0 || starting < 1 || expected < 0) {
      throw new IllegalArgumentException(
          "a pool cannot keep " + ready + " of " + expected + " ready, starting " + starting);
    }
  }

  /** So many ready workers, started as many at a time as there are processors. */
  public static PoolSettings ready(int workers) {
    return new PoolSettings(
        workers,
        Runtime.getRuntime().availableProcessors(),
        Integer.MAX_VALUE,
        Duration.ofSeconds(5),
        Duration.ofMillis(500),
        Duration.ofMinutes(2));
  }

  /** The same for a known number of sessions. */
  public PoolSettings expecting(int sessions) {
    return new PoolSettings(ready, starting, sessions, checkEvery, backOff, patience);
  }
}
