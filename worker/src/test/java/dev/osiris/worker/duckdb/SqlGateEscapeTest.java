package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.osiris.worker.duckdb.CellFixture.Cell;
import dev.osiris.worker.duckdb.SqlRefused.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attempts to get out of a cell. {@code attacks.sql} records for each what the gate says and what
 * the locked cell would do without the gate.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SqlGateEscapeTest {
  private SqlSerializer serializer;
  private SqlGate gate;
  private CellFixture fixture;
  private Map<String, String> before;

  @BeforeAll
  void open(@TempDir Path directory) throws Exception {
    serializer = SqlSerializer.open();
    gate = new SqlGate(serializer);
    fixture = new CellFixture(directory);
    before = fixture.digests();
  }

  @AfterAll
  void close() throws SQLException {
    serializer.close();
  }

  /** What a locked cell does with an attack that no gate has seen. */
  enum Alone {
    /** It answers with something foreign: a path of the server, or the content of a file. */
    LEAKS,
    /** It answers, or obeys. */
    RUNS,
    /** It refuses, because of the lock or because DuckDB has no such thing. */
    STOPPED,
    /** Not tried: it would take the test's process along. */
    CRASHES
  }

  record Attack(String name, Reason reason, Alone alone, String sql) {
    static Attack of(SqlCases.Case test) {
      String[] fields = test.title().split(" \\| ");
      return new Attack(
          fields[0],
          Reason.valueOf(fields[1]),
          Alone.valueOf(fields[2].toUpperCase(Locale.ROOT)),
          test.sql());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Attack> attacks() {
    return SqlCases.load("attacks.sql").stream().map(Attack::of).toList();
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void gate_refuses(Attack attack) {
    String sql = fixture.fill(attack.sql()).replace("{temp}", "/nowhere");

    assertThatExceptionOfType(SqlRefused.class)
        .isThrownBy(() -> gate.check(sql, CellFixture.VISIBLE))
        .satisfies(refused -> {
          assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(attack.reason());
          assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n");
        });
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void lockAlone_doesWhatIsRecorded(Attack attack) throws SQLException {
    if (attack.alone() == Alone.CRASHES) {
      return;
    }
    Alone seen;
    try (Cell cell = fixture.open()) {
      String sql = fixture.fill(attack.sql()).replace("{temp}", cell.temp().toString());
      seen = alone(cell, sql);
    }

    assertThat(seen).isEqualTo(attack.alone());
    assertThat(fixture.digests()).isEqualTo(before);
  }

  private static Alone alone(Cell cell, String sql) {
    try {
      return cell.rows(sql).contains(CellFixture.CANARY) ? Alone.LEAKS : Alone.RUNS;
    } catch (SQLException e) {
      return Alone.STOPPED;
    }
  }
}
