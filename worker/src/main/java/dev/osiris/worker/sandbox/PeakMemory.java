package dev.osiris.worker.sandbox;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The most anonymous memory that this process held while something ran: looked at when it ends, and
 * at each {@link #sample} before. The kernel itself keeps a peak only of all memory, mapped files
 * included. Thread-safe.
 */
public final class PeakMemory {

  private final LongSupplier anonymousBytes;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

  public PeakMemory(LongSupplier anonymousBytes) {
    this.anonymousBytes = anonymousBytes;
  }

  /** From now on, until its peak is asked for. */
  public final class Watch {
    private final AtomicLong peak = new AtomicLong();

    private void see(long bytes) {
      peak.accumulateAndGet(bytes, Math::max);
    }

    /** Ends the watch; 0 where the system does not tell. */
    public long end() {
      watches.remove(this);
      see(anonymousBytes.getAsLong());
      return peak.get();
    }
  }

  public Watch begin() {
    Watch watch = new Watch();
    watches.add(watch);
    return watch;
  }

  /** Looks for all who watch; free when nobody does. Call it a few times a second. */
  public void sample() {
    if (!watches.isEmpty()) {
      long now = anonymousBytes.getAsLong();
      watches.forEach(watch -> watch.see(now));
    }
  }
}
