package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.worker.duckdb.CellFixture.Cell;
import dev.osiris.worker.duckdb.SqlRefused.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Size, nesting, odd text, and what a refusal says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("InterruptedExceptionSwallowed") // JUnit reports whatever a test throws.
class SqlGateLimitsTest {
  private static final long HALF_OF_THE_USUAL_STACK = 1 << 19;

  private SqlSerializer serializer;
  private SqlGate gate;
  private CellFixture fixture;

  @BeforeAll
  void open(@TempDir Path directory) throws Exception {
    serializer = SqlSerializer.open();
    gate = new SqlGate(serializer);
    fixture = new CellFixture(directory);
  }

  @AfterAll
  void close() throws SQLException {
    serializer.close();
  }

  /** Ways to nest. Most of them crash a process whose gate lets 1,000 levels through. */
  enum Shape {
    PARENTHESES,
    NOT,
    SUM,
    CONCAT,
    CASE,
    CALLS,
    LIST,
    CAST,
    FROM,
    JOIN,
    COMMA,
    WITH,
    CTES,
    UNION_EXCEPT,
    SCALAR_SUBQUERY,
    EXISTS,
    LAMBDA,
    MACRO,
    UNPIVOT;

    String nest(int n) {
      return switch (this) {
        case PARENTHESES -> "SELECT " + "(".repeat(n) + 1 + ")".repeat(n);
        case NOT -> "SELECT " + "NOT ".repeat(n) + true;
        case SUM -> "SELECT " + "id + ".repeat(n) + "1 FROM orders";
        case CONCAT -> "SELECT " + "status || ".repeat(n) + "'' FROM orders";
        case CASE -> "SELECT " + "CASE WHEN true THEN ".repeat(n) + 1 + " END".repeat(n);
        case CALLS -> "SELECT " + "abs(".repeat(n) + 1 + ")".repeat(n);
        case LIST -> "SELECT " + "[".repeat(n) + 1 + "]".repeat(n);
        case CAST -> "SELECT 1" + "::INT".repeat(n);
        case FROM -> "SELECT * FROM " + "(SELECT * FROM ".repeat(n) + "orders" + ")".repeat(n);
        case JOIN -> "SELECT 1 FROM orders" + " JOIN shop.items ON false".repeat(n);
        case COMMA -> "SELECT 1 FROM (SELECT 1)" + ", (SELECT 1)".repeat(n);
        case WITH -> "WITH x AS (".repeat(n) + "SELECT 1" + ") SELECT * FROM x".repeat(n);
        case CTES ->
            "WITH c0 AS (SELECT 1)"
                + IntStream.rangeClosed(1, n)
                    .mapToObj(i -> ", c" + i + " AS (FROM c" + (i - 1) + ")")
                    .collect(Collectors.joining())
                + " SELECT * FROM c"
                + n;
        case UNION_EXCEPT -> "SELECT 1" + " UNION ALL SELECT 1 EXCEPT SELECT 2".repeat(n);
        case SCALAR_SUBQUERY -> "SELECT " + "(SELECT ".repeat(n) + 1 + ")".repeat(n);
        case EXISTS ->
            "SELECT 1 WHERE " + "EXISTS (SELECT 1 WHERE ".repeat(n) + true + ")".repeat(n);
        case LAMBDA -> "SELECT " + "list_transform([1], lambda x: ".repeat(n) + 1 + ")".repeat(n);
        case MACRO -> "SELECT " + "nullif(".repeat(n) + "id" + ", 0)".repeat(n) + " FROM orders";
        case UNPIVOT ->
            "FROM (SELECT 1 AS a)" + " UNPIVOT (a FOR n IN (a))".repeat(n) + " SELECT 1";
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void nestingOfAnyDepth_isRefusedOrRuns_butNeverCrashes(Shape shape) throws Exception {
    onStack(
        HALF_OF_THE_USUAL_STACK,
        () -> {
          for (int n : new int[] {900, 1_000, 10_000, 100_000}) {
            assertThat(refusal(shape.nest(n)))
                .isIn(Reason.TOO_DEEP, Reason.SYNTAX, Reason.TOO_LARGE, null);
          }
          int deepest = deepestThatPasses(shape);
          assertThat(deepest).isGreaterThanOrEqualTo(10);
          try (Cell cell = fixture.open(1, 300_000_000)) {
            cell.materialise(shape.nest(deepest));
          }
        });
  }

  /** The largest n of a shape that the gate lets through, up to where brackets are free. */
  private int deepestThatPasses(Shape shape) {
    int passes = 0;
    int refused = 1_000;
    while (refused - passes > 1) {
      int middle = (passes + refused) / 2;
      if (refusal(shape.nest(middle)) == null) {
        passes = middle;
      } else {
        refused = middle;
      }
    }
    return passes;
  }

  @Test
  void longQuery_isRefused() {
    assertThat(refusal("SELECT '" + "x".repeat(SqlGate.MAX_QUERY_BYTES) + "'"))
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal("SELECT '" + "é".repeat(SqlGate.MAX_QUERY_BYTES / 2) + "'"))
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal("SELECT '" + "x".repeat(SqlGate.MAX_QUERY_BYTES - 9) + "'")).isNull();
  }

  @Test
  void longLists_areRefused_andTheNextQueryIsRead() {
    assertThat(refusal("SELECT 1 IN (1" + ", 1".repeat(10_000) + ")")).isNull();
    assertThat(refusal("SELECT 1 IN (1" + ", 1".repeat(30_000) + ")")).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal("SELECT 1" + ",1".repeat(125_000))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal("SELECT 1")).isNull();
  }

  /** Each takes DuckDB's lexer minutes without the limit on runs of operators. */
  @ParameterizedTest
  @ValueSource(strings = {"/**/", "/*", "+-", "-+"})
  void runsOfOperators_areRefused(String operators) {
    String run = operators.repeat(200_000 / operators.length());

    assertThat(refusal("SELECT 1 " + run + " 1")).isEqualTo(Reason.TEXT);
  }

  @Test
  void banners_pass() {
    String banner = "/" + "*".repeat(200) + "\n" + "-".repeat(200) + "\n" + "*".repeat(200) + "/\n";

    assertThat(refusal(banner.repeat(20) + "SELECT 1 --" + "=".repeat(1_000))).isNull();
  }

  /** The reason of a refusal, or null for a query that passes. */
  private @Nullable Reason refusal(String query) {
    try {
      gate.check(query, CellFixture.VISIBLE);
      return null;
    } catch (SqlRefused e) {
      return e.reason();
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void onStack(long bytes, Work work) throws Exception {
    FutureTask<@Nullable Void> task =
        new FutureTask<>(() -> {
          work.run();
          return null;
        });
    Thread thread = new Thread(null, task, "small-stack", bytes);
    thread.start();
    thread.join();
    task.get();
  }
}
