package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.failure.FailureCode;
import dev.osiris.step.Column;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionQueryTest {

  private static final long MANY = 1_000_000;

  @TempDir Path root;
  private Sandbox sandbox;
  private SessionQuery session;

  @BeforeEach
  void open() throws Exception {
    sandbox = new Sandbox(root);
    var a =
        sandbox.sql(
            "my-step",
            "SELECT range AS i, CASE WHEN range > 0 THEN 'x' || range END AS s,"
                + " [range, NULL] AS l FROM range(100000)");
    var b =
        sandbox.step(
            "b",
            List.of(),
            database -> {
              database.sql("actors", "SELECT 1 AS x, 2 AS \"odd \"\"name\"\"\"");
              database.sql("movies", "SELECT repeat('y', 200000) AS wide FROM range(50)");
            });
    session = new SessionQuery(sandbox.duckdb, InputRelations.of(List.of(a, b)), Sandbox.SHARE);
  }

  @AfterEach
  void close() throws Exception {
    sandbox.close();
  }

  @Test
  void run_returnsRowsAsText_withTypesAndNulls() {
    var answer = session.run("SELECT * FROM \"my-step\" ORDER BY i; -- first", 2, MANY);
    assertThat(answer.columns())
        .containsExactly(
            new Column("i", "BIGINT", true),
            new Column("s", "VARCHAR", true),
            new Column("l", "BIGINT[]", true));
    assertThat(answer.rows())
        .containsExactly(
            Arrays.asList("0", null, "[0, NULL]"), Arrays.asList("1", "x1", "[1, NULL]"));
    assertThat(answer.truncated()).isTrue();
  }

  @Test
  void run_isNotTruncated_whenThereAreJustAsManyRows() {
    var answer = session.run("SELECT i FROM \"my-step\" WHERE i < 3 ORDER BY i DESC", 3, MANY);
    assertThat(answer.rows()).containsExactly(List.of("2"), List.of("1"), List.of("0"));
    assertThat(answer.truncated()).isFalse();
  }

  @Test
  void preview_showsTable_underAnyName() {
    var answer = session.preview("\"b\".\"actors\"", 20, MANY);
    assertThat(answer.columns()).extracting(Column::name).containsExactly("x", "odd \"name\"");
    assertThat(answer.rows()).containsExactly(List.of("1", "2"));
    Sandbox.failure(
        FailureCode.INPUT_MISSING, () -> session.preview("\"b\".\"directors\"", 20, MANY));
  }

  @Test
  void run_stopsAtBytes_andCutsLongValues() {
    var answer = session.run("SELECT wide FROM b.movies", 50, 200_000);
    assertThat(answer.rows()).hasSize(3);
    assertThat(answer.rows().getFirst().getFirst()).hasSize(65_536);
    assertThat(answer.truncated()).isTrue();
  }

  @Test
  void run_keepsColumns_whenThereAreNoRowsOrTwoOfOneName() {
    assertThat(session.run("SELECT i FROM \"my-step\" WHERE i < 0", 5, MANY).columns()).hasSize(1);
    assertThat(session.run("SELECT 1 AS a, 2 AS a", 5, MANY).rows())
        .containsExactly(List.of("1", "2"));
  }

  @Test
  void run_refuses_whatTheGateRefuses() {
    Sandbox.failure(FailureCode.SQL_REFUSED, () -> session.run("DROP TABLE b.actors", 5, MANY));
    Sandbox.failure(
        FailureCode.SQL_REFUSED, () -> session.run("SELECT * FROM glob('/*')", 5, MANY));
    Sandbox.failure(
        FailureCode.SQL_UNRESOLVED, () -> session.run("SELECT nope FROM b.actors", 5, MANY));
  }
}
