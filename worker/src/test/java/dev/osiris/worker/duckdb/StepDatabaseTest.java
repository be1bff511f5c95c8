package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.osiris.failure.FailureCode;
import dev.osiris.step.Column;
import dev.osiris.step.OutputTable;
import dev.osiris.unit.ByteSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
@SuppressWarnings("InterruptedExceptionSwallowed") // JUnit reports whatever a test throws.
class StepDatabaseTest {

  /** Runs for minutes on any machine. */
  private static final String ENDLESS =
      "SELECT count(*) AS n FROM range(1000000) AS a, range(1000000) AS b"
          + " WHERE (a.range * b.range) % 1000003 = 7";

  @TempDir Path root;
  private Sandbox sandbox;

  @BeforeEach
  void open() throws Exception {
    sandbox = new Sandbox(root);
  }

  @AfterEach
  void close() throws Exception {
    sandbox.close();
  }

  @Test
  void sql_makesTableOfInput_whenInputIsOneTable() throws Exception {
    var a = sandbox.sql("a", "SELECT range AS i, 'x' || range AS s FROM range(10)");
    assertThat(a.tables())
        .containsExactly(
            new OutputTable(
                "main",
                10,
                List.of(new Column("i", "BIGINT", true), new Column("s", "VARCHAR", true))));

    var b = sandbox.sql("b", "SELECT i FROM a WHERE i > 7; -- the end", a);

    assertThat(Sandbox.rows(b.file(), "FROM main")).containsExactly(List.of(8L), List.of(9L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\"a\"", "df_a", "input_df", "input_db.main"})
  void sql_seesInput_underEachOfItsNames(String name) throws Exception {
    var a = sandbox.sql("a", "SELECT 42 AS answer");
    var b = sandbox.sql("b", "SELECT answer FROM " + name, a);
    assertThat(Sandbox.rows(b.file(), "FROM main")).containsExactly(List.of(42));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a-b",
        "select",
        "größe",
        "main",
        "memory",
        "temp",
        "system",
        "information_schema",
        "pg_catalog",
        "duckdb_tables",
        "a b",
        "v1.2",
        "x.duckdb.wal",
        "数据",
        "range",
        "Table",
        "1"
      })
  void sql_readsAndWrites_underAnyStepId(String id) throws Exception {
    var first = sandbox.sql(id, "SELECT 1 AS one");
    var next = sandbox.sql("next", "SELECT one + 1 AS two FROM " + Sql.name(id), first);
    assertThat(Sandbox.rows(next.file(), "FROM main")).containsExactly(List.of(2));
    // The same through a driver's connection, and back over the first file.
    var back =
        sandbox.step(
            id,
            List.of(next),
            database -> {
              try (Statement statement = database.open().createStatement()) {
                statement.execute("CREATE TABLE main AS SELECT two + 1 AS three FROM next");
              }
            });
    assertThat(back.tables())
        .containsExactly(new OutputTable("main", 1, List.of(new Column("three", "INTEGER", true))));
  }

  @Test
  void sql_publishesSeveralTablesTogether_whenAskedTwice() throws Exception {
    var a = sandbox.sql("a", "SELECT range AS i FROM range(4)");
    var b =
        sandbox.step(
            "b",
            List.of(a),
            database -> {
              database.sql("actors", "SELECT i FROM a WHERE i < 3");
              database.sql("movies", "SELECT sum(i) AS total FROM a");
            });
    assertThat(b.tables()).extracting(OutputTable::name).containsExactly("actors", "movies");
    var c = sandbox.sql("c", "SELECT count(*) AS n FROM b.actors, b.movies", b);
    assertThat(Sandbox.rows(c.file(), "FROM main")).containsExactly(List.of(3L));
  }

  @Test
  void sql_publishesNothing_whenSecondQueryFails() throws Exception {
    Sandbox.failure(
        FailureCode.SQL_VALUE,
        () ->
            sandbox.step(
                "b",
                List.of(),
                database -> {
                  database.sql("actors", "SELECT 1 AS x");
                  database.sql("movies", "SELECT ('a' || range)::INTEGER AS x FROM range(3)");
                }));
    assertThat(sandbox.data).isEmptyDirectory();
  }

  @Test
  void sql_copiesIntoDriversFile_whenDriverHasItOpen() throws Exception {
    var a = sandbox.sql("a", "SELECT 5 AS x");
    var b =
        sandbox.step(
            "b",
            List.of(a),
            database -> {
              try (Statement statement = database.open().createStatement()) {
                statement.execute("CREATE TABLE one AS FROM a");
              }
              assertThat(database.sql("two", "SELECT x * 2 AS x FROM a")).isEqualTo(1);
              try (Statement statement = database.open().createStatement()) {
                statement.execute("CREATE TABLE three AS SELECT x + 1 AS x FROM two");
              }
            });
    assertThat(b.tables()).extracting(OutputTable::name).containsExactly("one", "three", "two");
    assertThat(Sandbox.rows(b.file(), "FROM three")).containsExactly(List.of(11));
    assertThat(sandbox.data).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void open_seesInputsAndOwnFile_asRequestShows() throws Exception {
    var a = sandbox.sql("a", "SELECT range AS i FROM range(3)");
    var b =
        sandbox.step(
            "b",
            List.of(a),
            database -> {
              Connection connection = database.open();
              assertThat(database.open()).isSameAs(connection);
              try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE main AS SELECT * FROM input_db.main");
                try (ResultSet row = statement.executeQuery("SELECT current_setting('TimeZone')")) {
                  row.next();
                  assertThat(row.getString(1)).isEqualTo("UTC");
                }
              }
            });
    assertThat(b.tables()).extracting(OutputTable::rows).containsExactly(3L);
  }

  @Test
  void open_cannotChangeInput() throws Exception {
    var a = sandbox.sql("a", "SELECT 1 AS x");
    var b =
        catchThrowable(() ->
            sandbox.step(
                "b",
                List.of(a),
                database -> {
                  try (Statement statement = database.open().createStatement()) {
                    statement.execute("CREATE TABLE \":in0\".main.tamper AS SELECT 1");
                  }
                }));
    assertThat(b).isInstanceOf(SQLException.class).hasMessageContaining("read-only");
  }

  @Test
  void finish_findsNoTables_whenStepMadeNone() throws Exception {
    StepFile file = StepFile.begin(sandbox.data, new dev.osiris.step.StepId("w"), "1");
    try (StepDatabase database =
        sandbox.duckdb.begin(file.path(), InputRelations.of(List.of()), Sandbox.SHARE)) {
      assertThat(database.finish()).isEmpty();
    }
    assertThat(file.exists()).isFalse();
  }

  @Test
  void sql_refusesQueriesThatWriteOrReach_andLeavesInputAlone() throws Exception {
    var a = sandbox.sql("a", "SELECT 1 AS x");
    byte[] before = Files.readAllBytes(a.file());
    for (String query :
        List.of(
            "DROP TABLE a",
            "SELECT * FROM read_text('/etc/hostname')",
            "FROM '/etc/passwd'",
            "COPY (SELECT 1) TO '/tmp/x.csv'",
            "SELECT 1; SELECT 2",
            "DETACH \":in0\"",
            "SELECT * FROM \":in0\".main.main",
            "SELECT * FROM duckdb_settings()")) {
      assertThat(catchThrowable(() -> sandbox.sql("b", query, a)))
          .as(query)
          .isInstanceOfSatisfying(
              dev.osiris.failure.StepException.class,
              refused ->
                  assertThat(refused.failure().code())
                      .isIn(
                          FailureCode.SQL_REFUSED,
                          FailureCode.SQL_SYNTAX,
                          FailureCode.SQL_UNRESOLVED));
    }
    assertThat(a.file()).hasBinaryContent(before);
  }

  @Test
  void interrupt_stopsSql() throws Exception {
    assertStops(database -> database.sql("main", ENDLESS));
  }

  @Test
  void interrupt_stopsStatementOfDriver() throws Exception {
    assertStops(database -> {
      try (Statement statement = database.open().createStatement()) {
        statement.execute("CREATE TABLE main AS " + ENDLESS);
      } catch (SQLException e) {
        throw DuckDbFailures.of(e, Sandbox.SHARE).orElseThrow();
      }
    });
  }

  @Test
  void interrupt_isKept_whenNothingRunsYet() throws Exception {
    StepFile file = StepFile.begin(sandbox.data, new dev.osiris.step.StepId("x"), "1");
    try (StepDatabase database =
        sandbox.duckdb.begin(file.path(), InputRelations.of(List.of()), Sandbox.SHARE)) {
      database.interrupt();
      assertThatThrownBy(() -> database.sql("main", "SELECT 1"))
          .isInstanceOf(StepInterrupted.class);
      assertThatThrownBy(database::open).isInstanceOf(StepInterrupted.class);
    }
  }

  private void assertStops(Sandbox.Work work) throws Exception {
    StepFile file = StepFile.begin(sandbox.data, new dev.osiris.step.StepId("x"), "1");
    try (ExecutorService threads = Executors.newSingleThreadExecutor();
        StepDatabase database =
            sandbox.duckdb.begin(file.path(), InputRelations.of(List.of()), Sandbox.SHARE)) {
      Future<Throwable> ended = threads.submit(() -> catchThrowable(() -> work.run(database)));
      // Long enough to be in the middle of it, most of the time; any moment has to do.
      assertThat(catchThrowable(() -> ended.get(300, TimeUnit.MILLISECONDS)))
          .isInstanceOf(TimeoutException.class);
      database.interrupt();
      assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(StepInterrupted.class);
    }
    file.discard();
    assertThat(sandbox.data).isEmptyDirectory();
  }

  @Test
  void inputs_areReadBySeveralStepsAtOnce() throws Exception {
    var a = sandbox.sql("a", "SELECT range AS i, range % 10 AS k FROM range(100000)");
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<InputRelations.Source>> readers = new ArrayList<>();
      for (int reader = 0; reader < 8; reader++) {
        String id = "reader" + reader;
        readers.add(() -> sandbox.sql(id, "SELECT k, sum(i) AS s FROM a GROUP BY k", a));
      }
      for (Future<InputRelations.Source> reader : threads.invokeAll(readers)) {
        assertThat(Sandbox.rows(reader.get().file(), "SELECT sum(s)::BIGINT FROM main"))
            .containsExactly(List.of(4999950000L));
      }
    }
  }

  @Test
  void views_passFiltersAndProjectionsDown() throws Exception {
    var a =
        sandbox.sql("a", "SELECT range AS i, repeat('x', 100) || range AS wide FROM range(300000)");
    StringBuilder plan = new StringBuilder();
    sandbox.step(
        "b",
        List.of(a),
        database -> {
          try (Statement statement = database.open().createStatement();
              ResultSet rows = statement.executeQuery("EXPLAIN SELECT i FROM a WHERE i = 299999")) {
            while (rows.next()) {
              plan.append(rows.getString(2));
            }
          }
        });
    assertThat(plan.toString()).contains("SEQ_SCAN").contains("Filters").doesNotContain("wide");
  }

  @Test
  void sort_spillsInsideTheLock_andLeavesNothingBehind() throws Exception {
    Share share = new Share(new ByteSize(75_000_000), 1);
    StepFile file = StepFile.begin(sandbox.data, new dev.osiris.step.StepId("sorted"), "1");
    Usage usage;
    try (StepDatabase database =
        sandbox.duckdb.begin(file.path(), InputRelations.of(List.of()), share)) {
      database.sql(
          "main",
          "SELECT md5(range::VARCHAR) AS k, md5((range * 7)::VARCHAR) AS v FROM range(2500000)"
              + " ORDER BY k");
      database.finish();
      usage = database.usage();
    }
    assertThat(usage.spilledBytes()).isPositive();
    assertThat(usage.peakMemoryBytes()).isBetween(10_000_000L, 80_000_000L);
    assertThat(
            Sandbox.rows(
                file.path(),
                "SELECT count(*), min(k) < max(k), (SELECT k FROM main LIMIT 1) = min(k) FROM main"))
        .containsExactly(List.of(2500000L, true, true));
    try (Stream<Path> left = Files.list(sandbox.temporary)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void sql_runsOutOfMemoryOrSpill_asFailuresOfTheirOwn() throws Exception {
    Sandbox.failure(
        FailureCode.OUT_OF_MEMORY,
        () ->
            sandbox.sql(
                "a", "SELECT string_agg(md5(range::VARCHAR), '') AS s FROM range(5000000)"));
    try (Sandbox small =
        new Sandbox(root.resolve("small"), Sandbox.SHARE.spilling(ByteSize.ofMiB(10)), 0)) {
      Sandbox.failure(
          FailureCode.SPILL_LIMIT,
          () ->
              small.sql(
                  "a",
                  "SELECT md5(range::VARCHAR) AS k, md5((range * 7)::VARCHAR) AS v"
                      + " FROM range(4000000) ORDER BY k"));
    }
  }
}
