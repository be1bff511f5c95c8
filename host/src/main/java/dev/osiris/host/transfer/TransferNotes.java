package dev.osiris.host.transfer;

import dev.osiris.host.session.TransferMeter;
import dev.osiris.unit.ByteSize;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells people of transfers that take their time, and of all of them together at most so often.
 * Safe between threads.
 */
final class TransferNotes {
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final Consumer<String> notes;
  private final LongSupplier nanos;
  private final long origin;
  // Nanoseconds after the origin.
  private final AtomicLong next = new AtomicLong();

  TransferNotes(Consumer<String> notes, LongSupplier nanos) {
    this.notes = notes;
    this.nanos = nanos;
    this.origin = nanos.getAsLong();
  }

  /**
   * Watches one file.
   *
   * @param doing such as {@code uploading}
   */
  TransferMeter of(String doing, String file) {
    long began = nanos.getAsLong() - origin;
    return (moved, total) -> {
      long now = nanos.getAsLong() - origin;
      long due = Math.max(next.get(), began + EVERY.toNanos());
      if (now >= due
          && moved < total
          && next.compareAndSet(Math.min(next.get(), now), now + EVERY.toNanos())) {
        notes.accept(
            doing + " " + file + ": " + new ByteSize(moved) + " of " + new ByteSize(total));
      }
    };
  }
}
