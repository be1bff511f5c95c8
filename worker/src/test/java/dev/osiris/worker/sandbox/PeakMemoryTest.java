package dev.osiris.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {

  private final AtomicLong now = new AtomicLong(100);
  private final PeakMemory memory = new PeakMemory(now::get);

  @Test
  void peak_isTheMostThatWasSeen_whileTheWatchWasOn() {
    now.set(900);
    memory.sample();
    PeakMemory.Watch first = memory.begin();
    now.set(300);
    memory.sample();
    PeakMemory.Watch second = memory.begin();
    now.set(200);
    memory.sample();
    assertThat(first.end()).isEqualTo(300);
    now.set(250);
    assertThat(second.end()).as("what it ends with counts").isEqualTo(250);
  }
}
