package dev.osiris.worker.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.failure.StepException;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import dev.osiris.worker.duckdb.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdmissionTest {

  private final MemoryBudget budget = MemoryBudget.of(ByteSize.ofMiB(512), 2);
  private final Admission admission = new Admission(budget);

  @Test
  void default_isHalf_whereHalfFeedsAllThreads() {
    assertThat(admission.share(StepSpec.Resources.DEFAULT).memory().bytes())
        .isEqualTo(budget.duckdb().bytes() / 2);
    Admission small = new Admission(MemoryBudget.of(ByteSize.ofMiB(256), 2));
    assertThat(small.share(StepSpec.Resources.DEFAULT).memory().bytes())
        .isGreaterThanOrEqualTo(50_000_000L);
  }

  @Test
  void default_ofOneThread_isAsMuchLess_soThatFourReadersRunAtOnce() {
    Share reader = admission.share(new StepSpec.Resources(null, 1));
    assertThat(reader.threads()).isEqualTo(1);
    assertThat(reader.memory().bytes()).isEqualTo(budget.duckdb().bytes() / 4);
  }

  @Test
  void more_thanThereIs_isRefused() {
    assertThatThrownBy(() -> admission.share(new StepSpec.Resources(ByteSize.parse("2g"), null)))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("2g");
  }

  @Test
  void shares_neverExceedWhatThereIs_fromManyThreads() throws Exception {
    AtomicLong held = new AtomicLong();
    List<Long> seen = Collections.synchronizedList(new ArrayList<>());
    List<Thread> steps = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      Share share = admission.share(new StepSpec.Resources(ByteSize.ofMiB(20L * (1 + i % 5)), 1));
      steps.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int round = 0; round < 50; round++) {
                    admission.acquire(share, new StopSignal());
                    seen.add(held.addAndGet(share.memory().bytes()));
                    held.addAndGet(-share.memory().bytes());
                    admission.release(share);
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    for (Thread step : steps) {
      step.join();
    }

    assertThat(seen)
        .hasSize(600)
        .allSatisfy(bytes -> assertThat(bytes).isLessThanOrEqualTo(budget.duckdb().bytes()));
    assertThat(admission.free(admission.whole())).isTrue();
  }

  @Test
  void waiting_ends_whenTheStepIsStopped() throws Exception {
    admission.acquire(admission.whole(), new StopSignal());
    StopSignal stop = new StopSignal();
    CountDownLatch waits = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    Thread step =
        Thread.ofPlatform()
            .start(() -> {
              waits.countDown();
              try {
                admission.acquire(admission.whole(), stop);
              } catch (InterruptedException | RuntimeException e) {
                thrown.set(e);
              }
            });
    waits.await();

    stop.stop(new StopSignal.Reason.Cancelled());

    assertThat(step.join(Duration.ofSeconds(5))).isTrue();
    assertThat(thrown.get()).isInstanceOf(StopSignal.Stopped.class);
    admission.release(admission.whole());
    assertThat(admission.free(admission.whole())).isTrue();
  }
}
