package dev.osiris.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.unit.ByteSize;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryWatchdogTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);

  /** Answers with each size once, in order, and then with the last. */
  private static final class Sizes implements LongSupplier {
    private final Queue<Long> mebibytes;
    private final CompletableFuture<Void> allSeen = new CompletableFuture<>();

    Sizes(Long... mebibytes) {
      this.mebibytes = new ArrayDeque<>(List.of(mebibytes));
    }

    @Override
    public synchronized long getAsLong() {
      if (mebibytes.size() > 1) {
        return mebibytes.remove() << 20;
      }
      allSeen.complete(null);
      return mebibytes.element() << 20;
    }
  }

  private MemoryWatchdog of256MiB(LongSupplier held) {
    return watchdog(held, () -> 0, System::nanoTime);
  }

  private MemoryWatchdog watchdog(LongSupplier held, LongSupplier majorFaults, LongSupplier nanos) {
    return new MemoryWatchdog(
        MemoryBudget.of(ByteSize.ofMiB(256), 2), held, majorFaults, nanos, scheduler);
  }

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  @Test
  void step_isStopped_whenTheWorkerOnlyReadsItsOwnCode() {
    // Each look is a second later, and finds 300 pages more that were read again.
    AtomicLong seconds = new AtomicLong();
    CompletableFuture<Failure> told = new CompletableFuture<>();
    MemoryWatchdog watchdog =
        watchdog(
            new Sizes(140L),
            () -> 300 * seconds.get(),
            () -> TimeUnit.SECONDS.toNanos(seconds.incrementAndGet()));
    try (var _ = watchdog.guard(told::complete)) {
      assertThat(told).succeedsWithin(SOON);
    }
    assertThat(told.join().code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
    assertThat(told.join().message()).contains("256m", "own code", "held 140m");
  }

  @Test
  void step_thatComesToTheMargin_isToldWhatThereWas() {
    CompletableFuture<Failure> told = new CompletableFuture<>();
    try (var _ = of256MiB(new Sizes(236L, 238L, 240L, 241L)).guard(told::complete)) {
      assertThat(told).succeedsWithin(SOON);
    }
    Failure failure = told.join();
    assertThat(failure.code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
    assertThat(failure.message())
        .contains("256m", "heap 32m", "DuckDB 96m", "reserve 128m", "peak 241m");
    assertThat(failure.advice()).contains("--memory", "--retry-memory");
  }

  @Test
  void step_thatGrowsSlowly_isLeftAlone_aboveTheMargin() throws Exception {
    Sizes held = new Sizes(222L, 227L, 232L, 235L, 237L, 239L, 239L);
    CompletableFuture<Failure> told = new CompletableFuture<>();
    try (var _ = of256MiB(held).guard(told::complete)) {
      held.allSeen.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
    }
    assertThat(told).isNotDone();
  }

  @Test
  void step_thatGrowsFast_isStoppedBeforeItsNextStride() {
    // Ten milliseconds pass between two looks, each of which asks twice.
    AtomicLong clock = new AtomicLong();
    CompletableFuture<Failure> told = new CompletableFuture<>();
    MemoryWatchdog watchdog =
        watchdog(
            new Sizes(100L, 140L, 190L),
            () -> 0,
            () -> clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(5)));
    try (var _ = watchdog.guard(told::complete)) {
      assertThat(told).succeedsWithin(SOON);
    }
    assertThat(told.join().message()).contains("peak 190m");
  }

  @Test
  void step_thatGrowsFast_isLeftAlone_whileTheLimitIsFar() throws Exception {
    // As DuckDB does until it has its part: 40 MB in a tenth of a second.
    AtomicLong clock = new AtomicLong();
    Sizes held = new Sizes(100L, 140L, 180L, 180L);
    CompletableFuture<Failure> told = new CompletableFuture<>();
    MemoryWatchdog watchdog =
        watchdog(held, () -> 0, () -> clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(100)));
    try (var _ = watchdog.guard(told::complete)) {
      held.allSeen.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
    }
    assertThat(told).isNotDone();
  }

  @Test
  void youngest_isStoppedUntilItHasEnded_andOnlyThenTheNext() throws Exception {
    AtomicLong held = new AtomicLong(100L << 20);
    MemoryWatchdog watchdog = of256MiB(held::get);
    CompletableFuture<Failure> elder = new CompletableFuture<>();
    CountDownLatch younger = new CountDownLatch(3);
    try (var _ = watchdog.guard(elder::complete)) {
      MemoryWatchdog.Guard last = watchdog.guard(_ -> younger.countDown());
      held.set(250L << 20);
      assertThat(younger.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      assertThat(elder).isNotDone();
      last.close();
      assertThat(elder).succeedsWithin(SOON);
    }
  }
}
