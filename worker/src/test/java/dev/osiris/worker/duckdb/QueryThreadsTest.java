package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.unit.ByteSize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryThreadsTest {

  private static final Share SHARE = new Share(ByteSize.ofMiB(100), 2);

  @ParameterizedTest
  @CsvSource({
    "1000, 1, 1, SELECT * FROM input, 1",
    "1000, 1, 1, SELECT * FROM range(9) JOIN input, 2",
    "1000000, 399, 1, SELECT * FROM input ORDER BY a, 2",
    "1000000, 401, 1, SELECT * FROM input ORDER BY a, 1",
    "1000000, 401, 1, 'SELECT k, count(*) FROM input group  by k', 1",
    "1000000, 401, 1, SELECT * FROM input WHERE a = 1, 2",
    "1000000, 401, 1, SELECT sum(bytes) FROM input, 2",
    "1000000, 401, 2, 'SELECT * FROM a, b', 1",
  })
  void fitting_givesOneThread_toLittleWorkAndToWhatMaySpillMuch(
      long rows, long mebibytes, int tables, String query, int threads) {
    Share fitting = QueryThreads.of(SHARE, rows, mebibytes << 20, tables, query);

    assertThat(fitting.threads()).isEqualTo(threads);
    assertThat(fitting.memory()).isEqualTo(SHARE.memory());
  }
}
