package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.osiris.worker.duckdb.CellFixture.Cell;
import dev.osiris.worker.duckdb.SqlRefused.Position;
import dev.osiris.worker.duckdb.SqlRefused.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What analysts write passes the gate and runs in a locked cell; what does not pass says why. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("InterruptedExceptionSwallowed") // JUnit reports whatever a test throws.
class SqlGateTest {
  private SqlSerializer serializer;
  private CellFixture fixture;
  private Cell cell;
  private SqlGate gate;

  @BeforeAll
  void open(@TempDir Path directory) throws Exception {
    serializer = SqlSerializer.open();
    gate = new SqlGate(serializer);
    fixture = new CellFixture(directory);
    cell = fixture.open();
  }

  @AfterAll
  void close() throws SQLException {
    cell.close();
    serializer.close();
  }

  static List<SqlCases.Case> legitimate() {
    return SqlCases.load("legitimate.sql");
  }

  @ParameterizedTest
  @MethodSource("legitimate")
  void legitimateQuery_passesAndRuns(SqlCases.Case query) throws SQLException {
    gate.check(query.sql(), CellFixture.VISIBLE);

    assertThat(cell.materialise(query.sql())).doesNotContain(CellFixture.CANARY);
  }

  @Test
  void tables_ofTheTests_areLong() {
    assertThat(legitimate()).hasSizeGreaterThan(60);
    assertThat(SqlGateEscapeTest.attacks()).hasSizeGreaterThan(45);
  }

  static List<Arguments> messages() {
    return List.of(
        refusal(
            "SELECT *\nFROM\n  order", Reason.SYNTAX, 3, 3, "syntax error at or near \"order\""),
        refusal("SELECT 'é😀', FROM FROM", Reason.SYNTAX, 1, 19, "FROM"),
        refusal("SELECT 'é😀', version()", Reason.FUNCTION, 1, 14, "version"),
        refusal("SELECT '", Reason.SYNTAX, 1, 8, "unterminated quoted string"),
        refusal(
            "SELECT 1\nFROM elsewhere",
            Reason.RELATION,
            2,
            6,
            "relation 'elsewhere' is not an input of this step; its inputs are: df_orders, größe"
                + " 1.2, input_db.main, input_df, orders, shop.customers, shop.items"),
        refusal("FROM 'x.csv'", Reason.FILE, 1, 6, "read files with an extractor step"),
        refusal("FROM read_csv('x')", Reason.TABLE_FUNCTION, 1, 6, "table function read_csv"),
        refusal("SELECT 1,\n  version()", Reason.FUNCTION, 2, 3, "function version"),
        refusal("SELECT status.upper() FROM orders", Reason.FUNCTION, 1, 8, "write upper(x, ...)"),
        refusal("SELECT $1", Reason.PARAMETER, 0, 0, "${params.name}"),
        refusal("SUMMARIZE orders", Reason.CONSTRUCT, 0, 0, "SUMMARIZE are not queries"),
        refusal(
            "PIVOT orders ON status USING sum(id)", Reason.PIVOT, 0, 0, "FILTER (WHERE c = 'x')"),
        refusal("DROP TABLE orders", Reason.NOT_ONE_SELECT, 0, 0, "not a SELECT"),
        refusal("SELECT 1; SELECT 2", Reason.NOT_ONE_SELECT, 0, 0, "2 statements"),
        refusal("", Reason.NOT_ONE_SELECT, 0, 0, "0 statements"),
        refusal("SELECT 1e400", Reason.CONSTRUCT, 0, 0, "beyond DOUBLE"),
        refusal("SELECT * FROM \"a\nb\u001b[31m\"", Reason.RELATION, 1, 15, "'a b [31m'"));
  }

  private static Arguments refusal(String sql, Reason reason, int line, int column, String text) {
    return Arguments.of(sql, reason, new Position(line, column), text);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void refusal_saysWhatAndWhere(String sql, Reason reason, Position position, String text) {
    assertThatExceptionOfType(SqlRefused.class)
        .isThrownBy(() -> gate.check(sql, CellFixture.VISIBLE))
        .satisfies(refused -> {
          assertThat(refused.reason()).isEqualTo(reason);
          assertThat(refused.position()).isEqualTo(position);
          assertThat(refused).hasMessageContaining(text);
          assertThat(refused.getMessage()).hasLineCount(1).hasSizeLessThan(420);
        });
  }

  /** Trees that DuckDB 1.5.6 does not write; a later one may. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "not JSON",
        "{}",
        "{'error': 0}",
        "{'error': false}",
        "{'error': false, 'statements': {}}",
        "{'error': false, 'statements': {'a': {'node': {'type': 'SELECT_NODE'}}}}",
        "{'error': false, 'statements': [{}]}",
        "{'error': false, 'statements': ['SELECT_NODE']}",
        "{'error': false, 'statements': [[]]}",
        "{'error': false, 'statements': [{'node': {}}]}",
        "{'error': false, 'statements': [{'node': {'type': 1}}]}",
        "{'error': false, 'statements': [{'node': [{'type': 'SELECT_NODE'}]}]}",
        "{'error': false, 'statements': [{'node': {'type': 'SELECT_NODE', 'left': {'type': 1}}}]}",
        "{'error': false, 'statements': [{'node': {'type': 'NEW_NODE'}}]}",
        "{'error': false, 'statements': [{'node': {'type': 'SELECT_NODE', 'new_key': 1}}]}",
        "{'error': false, 'statements': [{'new': {'type': 'SELECT_NODE'}}]}",
        "{'error': false, 'statements': [{'node': {'class': 'NEW', 'type': 'FUNCTION'}}]}",
        "{'error': false, 'statements': [{'node': {'class': 'FUNCTION', 'type': 'NEW'}}]}",
        "{'error': false, 'statements': [{'node': {'class': 'FUNCTION', 'type': 'FUNCTION'}}]}",
        "{'error': false, 'statements': [{'node': {'type': 'BASE_TABLE'}}]}",
        "{'error': false, 'statements': [{'node': {'type': 'TABLE_FUNCTION'}}]}",
        "{'error': false, 'statements': [{'node': {'type': 'TABLE_FUNCTION', 'function':"
            + " ['range']}}]}",
        "{'error': false, 'statements': [{'node': {'type': 'SELECT_NODE', 'cte_map': {'map': [],"
            + " 'x': 1}}}]}",
        "{'error': false, 'statements': [{'node': {'type': 'SELECT_NODE', 'cte_map': [{'type':"
            + " 'NEW'}]}}]}",
        "{'error': false, 'statements': [{'node': {'type': 'SELECT_NODE', 'type':"
            + " 'SELECT_NODE'}}]}",
        "{'error': false, 'statements': [{'node': {'type': 'SELECT_NODE', 'left': [[[{'x':"
            + " 1}]]]}}]}"
      })
  void treeThatIsNew_isRefused(String tree) {
    SqlGate closed = new SqlGate(query -> tree.replace('\'', '"'));

    assertThatExceptionOfType(SqlRefused.class)
        .isThrownBy(() -> closed.check("SELECT 1", CellFixture.VISIBLE));
  }

  @Test
  void gate_isSafeForSeveralThreads() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        boolean evil = i % 3 == 0;
        String query = evil ? "FROM duckdb_databases" : "SELECT " + i + " FROM orders";
        answers.add(
            pool.submit(() -> {
              try {
                gate.check(query, CellFixture.VISIBLE);
                return !evil;
              } catch (SqlRefused e) {
                return evil;
              }
            }));
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    }
  }
}
