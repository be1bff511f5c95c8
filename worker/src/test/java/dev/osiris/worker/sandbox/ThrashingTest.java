package dev.osiris.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThrashingTest {

  private long now;
  private long faults;
  private final Thrashing thrashing = new Thrashing(() -> faults, () -> now);

  /** What it says after that many seconds with so many faults in each. */
  private boolean after(int seconds, int faultsInEach) {
    boolean said = false;
    for (int i = 0; i < seconds; i++) {
      now += TimeUnit.SECONDS.toNanos(1);
      faults += faultsInEach;
      said = thrashing.goesOn();
    }
    return said;
  }

  @Test
  void goesOn_onceItHasLastedLongEnough() {
    assertThat(after(Thrashing.SECONDS - 1, Thrashing.FAULTS_A_SECOND)).isFalse();
    assertThat(after(1, Thrashing.FAULTS_A_SECOND)).isTrue();
    assertThat(after(1, 0)).isFalse();
  }

  @Test
  void goesOn_isNotSaid_ofAColdStartOrOfAFewFaultsForLong() {
    assertThat(after(Thrashing.SECONDS - 1, 10 * Thrashing.FAULTS_A_SECOND)).isFalse();
    assertThat(after(1, 0)).isFalse();
    assertThat(after(100, Thrashing.FAULTS_A_SECOND - 1)).isFalse();
  }

  @Test
  void goesOn_countsTheTimeInWhichNobodyCouldAsk() {
    now += TimeUnit.SECONDS.toNanos(Thrashing.SECONDS);
    faults += (long) Thrashing.SECONDS * Thrashing.FAULTS_A_SECOND;
    assertThat(thrashing.goesOn()).isTrue();
  }

  @Test
  void begin_forgetsWhatWasBefore() {
    after(Thrashing.SECONDS, Thrashing.FAULTS_A_SECOND);
    thrashing.begin();
    assertThat(after(Thrashing.SECONDS - 1, Thrashing.FAULTS_A_SECOND)).isFalse();
  }
}
