package dev.osiris.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.unit.ByteSize;
import org.junit.jupiter.api.Test;

class SandboxExitTest {

  private static final ByteSize LIMIT = ByteSize.ofMiB(512);

  @Test
  void oomKill_namesLimitSplitAndPeak_andWhatToDo() {
    Failure failure = new SandboxExit(137, true, LIMIT, ByteSize.ofMiB(511)).failure();
    assertThat(failure.code()).isEqualTo(FailureCode.OOM_KILLED);
    MemoryBudget budget = MemoryBudget.of(LIMIT, 1);
    assertThat(failure.message())
        .contains("512m", "heap " + budget.heap(), "DuckDB " + budget.duckdb(), "peak 511m");
    assertThat(failure.advice()).contains("--memory 1024m", "--retry-memory", "--parallel 1");
  }

  @Test
  void oomKill_hasThePeakAtItsLimit_whereNobodyCounted() {
    assertThat(new SandboxExit(137, true, LIMIT, null).failure().message()).contains("peak 512m");
  }

  @Test
  void oomKillOfAChild_isNotTheWorkersOwn() {
    SandboxExit exit = new SandboxExit(1, true, LIMIT, null);
    assertThat(exit.oomKilled()).isFalse();
    assertThat(exit.failure().code()).isEqualTo(FailureCode.WORKER_LOST);
  }

  @Test
  void heapExhaustion_isToldByTheExitCode() {
    Failure failure = new SandboxExit(3, false, LIMIT, null).failure();
    assertThat(failure.code()).isEqualTo(FailureCode.HEAP_EXHAUSTED);
    assertThat(failure.message()).contains("heap 64m", "512m");
    assertThat(failure.advice()).contains("--memory 1024m");
  }

  @Test
  void killFromOutside_isNobodysMemory() {
    assertThat(new SandboxExit(137, false, LIMIT, null).failure().code())
        .isEqualTo(FailureCode.WORKER_LOST);
  }
}
