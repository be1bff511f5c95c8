package dev.osiris.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SparingTest {

  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

  private long now = Long.MAX_VALUE - 50 * MILLISECOND;
  private long takes;
  private int looks;

  private final Sparing sparing =
      new Sparing(
          () -> {
            looks++;
            now += takes;
          },
          () -> now);

  private void after(long millis) {
    now += millis * MILLISECOND;
    sparing.run();
  }

  @Test
  void quickLook_isNeverLeftOut() {
    takes = MILLISECOND / 10;
    after(0);
    after(100);
    after(100);
    assertThat(looks).isEqualTo(3);
  }

  @Test
  void slowLook_waitsAThousandTimesAsLong() {
    takes = MILLISECOND / 2;
    after(0);
    after(499);
    assertThat(looks).isEqualTo(1);
    after(1);
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void verySlowLook_comesBackAfterASecond() {
    takes = 5_000 * MILLISECOND;
    after(0);
    after(1_000);
    assertThat(looks).isEqualTo(2);
  }
}
