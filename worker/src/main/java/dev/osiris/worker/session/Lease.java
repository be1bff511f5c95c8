package dev.osiris.worker.session;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How long the worker keeps a session without a word from a host. Thread-safe. */
public final class Lease {

  private final Duration length;
  private final LongSupplier nanos;
  private volatile long renewedAt;

  /**
   * @param nanos a monotonic clock in nanoseconds
   */
  public Lease(Duration length, LongSupplier nanos) {
    this.length = length;
    this.nanos = nanos;
    this.renewedAt = nanos.getAsLong();
  }

  public Duration length() {
    return length;
  }

  /** Any command is a word. */
  public void renew() {
    renewedAt = nanos.getAsLong();
  }

  public boolean ended() {
    return nanos.getAsLong() - renewedAt > length.toNanos();
  }
}
