package dev.osiris.worker.sandbox;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether this process is busy with reading its own code from the disk again and again, because the
 * kernel takes back what was read for what is read next. Memory is then not yet at its limit, and
 * nothing else goes on either: a worker was seen to do 7 % of its work at 300 major faults a
 * second, until its host took it for dead. One that works has some tens in all. For one thread at a
 * time.
 */
final class Thrashing {

  static final int FAULTS_A_SECOND = 100;

  /** So long in a row; a cold start reads a lot, but not for long. */
  static final int SECONDS = 10;

  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier majorFaults;
  private final LongSupplier nanos;
  private long lookedAt;
  private long faultsThen;
  private long since;

  /**
   * @param majorFaults of this process since its start
   * @param nanos a clock that never goes back
   */
  Thrashing(LongSupplier majorFaults, LongSupplier nanos) {
    this.majorFaults = majorFaults;
    this.nanos = nanos;
    begin();
  }

  /** Forgets what was before. */
  void begin() {
    lookedAt = nanos.getAsLong();
    since = lookedAt;
    faultsThen = majorFaults.getAsLong();
  }

  /** Asked again and again; looks once a second. */
  boolean goesOn() {
    long now = nanos.getAsLong();
    long passed = now - lookedAt;
    if (passed >= LOOK_NANOS) {
      long faults = majorFaults.getAsLong();
      if ((faults - faultsThen) * LOOK_NANOS < FAULTS_A_SECOND * passed) {
        since = now;
      }
      lookedAt = now;
      faultsThen = faults;
    }
    return lookedAt - since >= SECONDS * LOOK_NANOS;
  }
}
