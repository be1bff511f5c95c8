package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.unit.ByteSize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryThreadsTest {

  private static final Share SHARE = new Share(ByteSize.ofMiB(100), 2);

  @ParameterizedTest
  @CsvSource({
    "122880, SELECT * FROM input, 1",
    "122881, SELECT * FROM input, 2",
    "1000, SELECT * FROM range(9) JOIN input, 2",
  })
  void fitting_givesOneThread_toLittleWork(long rows, String query, int threads) {
    Share fitting = QueryThreads.of(SHARE, rows, query);

    assertThat(fitting.threads()).isEqualTo(threads);
    assertThat(fitting.memory()).isEqualTo(SHARE.memory());
  }
}
