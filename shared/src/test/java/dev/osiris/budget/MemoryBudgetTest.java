package dev.osiris.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.unit.ByteSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetTest {

  @Test
  void split_isTheMeasuredOne_whenSmall() {
    MemoryBudget small = MemoryBudget.of(ByteSize.ofMiB(256), 2);

    assertThat(small.heap()).isEqualTo(ByteSize.ofMiB(32));
    assertThat(small.reserve()).isEqualTo(ByteSize.ofMiB(112 + 16));
    assertThat(small.duckdb()).isEqualTo(ByteSize.ofMiB(96));
    assertThat(small.threads()).isEqualTo(2);
  }

  @Test
  void smallest_feedsOneThread() {
    MemoryBudget smallest = MemoryBudget.of(MemoryBudget.MINIMUM, 2);

    assertThat(smallest.duckdb()).isGreaterThanOrEqualTo(ByteSize.ofMiB(47));
    assertThat(smallest.threads()).isEqualTo(1);
  }

  @Test
  void split_reservesMore_whereLargerDataIsExpected() {
    MemoryBudget middle = MemoryBudget.of(ByteSize.ofMiB(512), 2);
    assertThat(middle.threads()).isEqualTo(2);
    assertThat(middle.heap()).isEqualTo(ByteSize.ofMiB(64));
    assertThat(middle.reserve()).isBetween(ByteSize.ofMiB(191), ByteSize.ofMiB(193));
    assertThat(MemoryBudget.of(ByteSize.ofMiB(8192), 2).reserve())
        .isEqualTo(ByteSize.ofMiB(112 + 224));
  }

  @ParameterizedTest
  @ValueSource(longs = {192, 208, 256, 300, 512, 1024, 4096, 65536})
  void parts_neverExceedTheLimit(long mebibytes) {
    MemoryBudget budget = MemoryBudget.of(ByteSize.ofMiB(mebibytes), 8);

    assertThat(budget.heap().bytes() + budget.reserve().bytes() + budget.duckdb().bytes())
        .isLessThanOrEqualTo(budget.limit().bytes());
    assertThat(budget.threads() * MemoryBudget.PER_THREAD.bytes())
        .isLessThanOrEqualTo(budget.duckdb().bytes());
  }

  @Test
  void split_isRefused_whenAWorkerCannotLiveInIt() {
    assertThatThrownBy(() -> MemoryBudget.of(ByteSize.ofMiB(128), 1)).hasMessageContaining("192m");
  }
}
