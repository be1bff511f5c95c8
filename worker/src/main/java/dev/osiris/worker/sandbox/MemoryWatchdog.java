package dev.osiris.worker.sandbox;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.unit.ByteSize;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Stops what runs before this process outgrows its limit, where no cgroup would. Call {@link #look}
 * a few times a second.
 *
 * <p>It acts at the limit itself: the budget keeps the process below it, so reaching it means that
 * something outside the budget grows.
 */
public final class MemoryWatchdog {

  private final ByteSize limit;
  private final LongSupplier anonymousBytes;
  private final Consumer<Failure> failRunning;

  public MemoryWatchdog(
      ByteSize limit, LongSupplier anonymousBytes, Consumer<Failure> failRunning) {
    this.limit = limit;
    this.anonymousBytes = anonymousBytes;
    this.failRunning = failRunning;
  }

  public void look() {
    long now = anonymousBytes.getAsLong();
    if (now > limit.bytes()) {
      failRunning.accept(
          Failure.of(
                  FailureCode.OUT_OF_MEMORY,
                  "the worker holds " + new ByteSize(now) + " and its limit is " + limit)
              .advise(
                  "give the sandbox more --memory, or run fewer steps at once with --parallel"));
    }
  }
}
