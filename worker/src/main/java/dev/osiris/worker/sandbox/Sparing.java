package dev.osiris.worker.sandbox;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A look that is repeated, and left out as long as it would take more than a thousandth of the
 * time: on a machine with many busy workers it takes long, and these have better to do. For one
 * thread at a time.
 */
public final class Sparing implements Runnable {

  private static final int PART = 1_000;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Runnable look;
  private final LongSupplier nanos;
  private long due;

  /**
   * @param look must not throw
   * @param nanos a clock that never goes back
   */
  public Sparing(Runnable look, LongSupplier nanos) {
    this.look = look;
    this.nanos = nanos;
    this.due = nanos.getAsLong();
  }

  @Override
  public void run() {
    long begun = nanos.getAsLong();
    if (begun - due < 0) {
      return;
    }
    look.run();
    long ended = nanos.getAsLong();
    due = ended + Math.min(MOST_NANOS, PART * (ended - begun));
  }
}
