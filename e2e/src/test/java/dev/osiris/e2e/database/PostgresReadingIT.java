package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Column;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.StepSucceeded;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code postgres.extractor} reads: divided, by results instead of COPY, and stopped. */
@ExtendWith(LeakCheck.class)
class PostgresReadingIT {

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static Database database;
  private static WorkerProcess worker;
  private static RawSession session;

  @BeforeAll
  static void open() throws Exception {
    database = PostgresServer.shared().newDatabase();
    database.execute(
        "CREATE TABLE many (id int8 PRIMARY KEY, small int2, price numeric(12,2), day date, at timestamptz, note text)",
        "INSERT INTO many SELECT i, CASE WHEN i % 7 > 0 THEN i % 50 END, i / 100.0, DATE '2020-01-01' + i % 900,"
            + " TIMESTAMPTZ '2020-01-01 00:00+00' + i * interval '1 minute', repeat('x', i % 200)"
            + " FROM generate_series(1, 30000) i",
        // Pages that a reading by pages passes over, and a range of keys without rows.
        "DELETE FROM many WHERE id BETWEEN 9000 AND 18000",
        "CREATE VIEW seen AS SELECT * FROM many",
        "CREATE TABLE none (id int8)",
        "CREATE TABLE account (id int PRIMARY KEY, balance int8 NOT NULL)",
        "INSERT INTO account SELECT i, 100 FROM generate_series(1, 20000) i",
        "CREATE TYPE mood AS ENUM ('sad', 'happy')");
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "reading", folder);
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    worker.close();
    database.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'table': 'many', 'parallel': 3",
        "'table': 'many', 'parallel': 3, 'columns': ['note', 'id', 'small', 'price', 'day', 'at']",
        "'table': 'many', 'parallel': 2, 'parallel_by': 'id'",
        "'table': 'many', 'parallel': 3, 'parallel_by': 'small'",
        "'table': 'many', 'parallel': 3, 'parallel_by': 'price'",
        "'table': 'many', 'parallel': 3, 'parallel_by': 'day'",
        "'table': 'seen', 'parallel': 3, 'parallel_by': 'at'",
        "'query': 'SELECT * FROM many -- all', 'parallel': 3, 'parallel_by': 'id'",
      })
  void dividedReading_bringsEveryRowOnce(String config) throws Exception {
    String id = read("{" + config.replace('\'', '"') + "}");

    assertThat(
            session.query(
                "SELECT count(*), count(DISTINCT id), sum(id), sum(small), CAST(sum(price) * 100 AS BIGINT), sum(length(note)),"
                    + " epoch_us(max(\"at\")) FROM \""
                    + id
                    + "\""))
        .containsExactly(
            List.of(
                "" + database.number("SELECT count(*) FROM many"),
                "" + database.number("SELECT count(*) FROM many"),
                "" + database.number("SELECT sum(id) FROM many"),
                "" + database.number("SELECT sum(small) FROM many"),
                "" + database.number("SELECT (sum(price) * 100)::int8 FROM many"),
                "" + database.number("SELECT sum(length(note)) FROM many"),
                ""
                    + database.number(
                        "SELECT (extract(epoch FROM max(at)) * 1000000)::int8 FROM many")));
  }

  @Test
  void dividedReading_bringsRestAndNothing_ofConditionAndEmptyTable() throws Exception {
    String some =
        read("{\"table\": \"many\", \"parallel\": 4, \"where\": \"id < 100 OR id = 30000\"}");
    assertThat(session.query("SELECT count(*), max(id) FROM \"" + some + "\""))
        .containsExactly(List.of("100", "30000"));

    String none = read("{\"table\": \"none\", \"parallel\": 2, \"parallel_by\": \"id\"}");
    assertThat(session.query("SELECT count(*) FROM \"" + none + "\""))
        .containsExactly(List.of("0"));
  }

  /** Somebody moves money all the time: only one snapshot has the same sum as before. */
  @Test
  void dividedReading_seesOneSnapshot() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> moving =
        CompletableFuture.runAsync(() -> {
          try (var connection = database.connect();
              var statement = connection.createStatement()) {
            for (int i = 0; !enough.get(); i++) {
              statement.execute(
                  "UPDATE account SET balance = balance + CASE WHEN id <= 10000 THEN -1 ELSE 1 END"
                      + " WHERE id %% 100 = %1$d".formatted(i % 100));
            }
          } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
          }
        });
    try {
      for (int i = 0; i < 5; i++) {
        String id = read("{\"table\": \"account\", \"parallel\": 4}");
        assertThat(session.query("SELECT count(*), sum(balance) FROM \"" + id + "\""))
            .containsExactly(List.of("20000", "2000000"));
      }
    } finally {
      enough.set(true);
    }
    moving.join();
  }

  @Test
  void largeTable_isReadByAsManySessionsAsThereAreProcessors() throws Exception {
    database.execute(
        "CREATE TABLE large AS SELECT i, repeat(md5(i::text), 30) AS t FROM generate_series(1, 75000) i");
    String id = read("{\"table\": \"large\"}");

    assertThat(session.query("SELECT count(*), sum(i) FROM \"" + id + "\""))
        .containsExactly(List.of("75000", "2812537500"));
    assertThat(metric(id, "connections"))
        .isEqualTo(Math.min(4, Runtime.getRuntime().availableProcessors()));
    assertThat(metric(read("{\"query\": \"SELECT * FROM large LIMIT 10\"}"), "connections"))
        .isEqualTo(1);
    database.execute("DROP TABLE large");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'table': 'many', 'parallel': 2, 'limit': 5 | limit",
        "'query': 'SELECT 1 AS a', 'parallel': 2 | parallel_by",
        "'table': 'seen', 'parallel': 2 | parallel_by",
        "'table': 'many', 'parallel': 2, 'parallel_by': 'note' | note",
      })
  void divisionThatCannotBe_isRefused(String config, String named) {
    Failure failure = session.fail(step(id(), "{" + config.replace('\'', '"') + "}")).getFailure();

    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONFIG_INVALID);
    assertThat(failure.getMessage() + failure.getAdvice()).contains(named);
  }

  @Test
  void unfittingValue_ofPart_saysWhichRowsAreCounted() throws Exception {
    database.execute(
        "CREATE TABLE odd AS SELECT i, CASE WHEN i = 7000 THEN 1e30 ELSE i END::numeric AS v FROM generate_series(1, 9000) i");
    Failure failure =
        session.fail(step(id(), "{\"table\": \"odd\", \"parallel\": 2}")).getFailure();

    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_VALUE_INVALID);
    assertThat(failure.getLocation().getColumn()).isEqualTo("v");
    assertThat(failure.getMessage()).contains("ctid >= '(");
  }

  @Test
  void statementThatCopyDoesNotTake_isReadByItsResult() {
    String shown = read(Json.object("query", "SHOW server_encoding"));
    assertThat(session.query("FROM \"" + shown + "\"")).containsExactly(List.of("UTF8"));

    String explained = read(Json.object("query", "EXPLAIN SELECT * FROM many;"));
    assertThat(session.query("SELECT count(*) > 0 FROM \"" + explained + "\""))
        .containsExactly(List.of("true"));
  }

  /** CALL is one more that COPY does not take; its values are of any type. */
  @Test
  void result_hasTheTypesOfCopy() throws Exception {
    List<List<String>> values =
        List.of(
            List.of("a", "int8", "7"),
            List.of("b", "bool", "true"),
            List.of("c", "numeric", "12.5"),
            List.of("d", "date", "'infinity'"),
            List.of("e", "timestamptz", "'2024-02-29 23:30:00.5-05'"),
            List.of("f", "jsonb", "'{\"b\": 1}'"),
            List.of("g", "int[]", "ARRAY[1, NULL]"),
            List.of("h", "mood", "'happy'"),
            List.of("j", "bytea", "'\\x00ff'"),
            List.of("k", "text", "NULL"),
            List.of("l", "cidr", "'10.0.0.0/8'"),
            List.of("m", "interval", "'1 day'"),
            List.of("n", "text", "'größe 😀'"),
            List.of("o", "varbit", "B'101'"),
            List.of("p", "text[]", "ARRAY['a', NULL]"),
            List.of("q", "time", "'24:00'"),
            List.of("r", "uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
            List.of("s", "float4", "1.5"));
    database.execute(
        "CREATE PROCEDURE all_values("
            + each(values, value -> "INOUT " + value.get(0) + " " + value.get(1))
            + ") LANGUAGE plpgsql AS $$ BEGIN "
            + values.stream()
                .map(value -> value.get(0) + " := " + value.get(2) + "; ")
                .collect(Collectors.joining())
            + "END $$");
    StepSucceeded copied =
        session.succeed(
            step(
                "copied",
                Json.object(
                    "query",
                    "SELECT "
                        + each(
                            values,
                            value ->
                                "("
                                    + value.get(2)
                                    + ")::"
                                    + value.get(1)
                                    + " AS "
                                    + value.get(0)))));
    StepSucceeded result =
        session.succeed(
            step(
                "result",
                Json.object("query", "CALL all_values(" + each(values, _ -> "NULL") + ")")));

    assertThat(session.query("FROM \"result\"")).isEqualTo(session.query("FROM \"copied\""));
    assertThat(types(result)).isEqualTo(types(copied));
  }

  private static List<String> types(StepSucceeded step) {
    return step.getOutputs().getTables(0).getColumnsList().stream().map(Column::getType).toList();
  }

  private static String each(List<List<String>> values, Function<List<String>, String> text) {
    return values.stream().map(text).collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1; DELETE FROM many",
        "SHOW server_encoding; DELETE FROM many",
        "SELECT 1) AS q; COMMIT; DELETE FROM many; SELECT * FROM (SELECT 1",
        "DELETE FROM many RETURNING id",
        "EXPLAIN ANALYZE DELETE FROM many",
        "CREATE TABLE made (id int)",
      })
  void statementThatWrites_isRefused(String query) throws Exception {
    Failure failure = session.fail(step(id(), Json.object("query", query))).getFailure();

    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_SQL_REFUSED);
    assertThat(database.number("SELECT count(*) FROM many")).isEqualTo(20999);
  }

  @Test
  void statementTimeout_endsTheStep() {
    RunStep.Builder step = step(id(), Json.object("query", "SELECT pg_sleep(60) AS v"));
    step.getConnectionBuilder().putFields("statement_timeout", "200ms");

    Failure failure = session.fail(step).getFailure();
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_TIMED_OUT);
    assertThat(failure.getAdvice()).contains("statement_timeout");
  }

  @Test
  void cancel_endsTheStatementOnTheServer() throws Exception {
    String id = id();
    RunStep.Builder step =
        step(id, Json.object("query", "SELECT pg_sleep(600), 'cancelled soon' AS v"));
    session.stream().send(Commands.run(step));
    session.stream()
        .await("the start", e -> e.hasStepStarted() && e.getStepStarted().getStepId().equals(id));
    await(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%cancelled soon%' AND query LIKE 'COPY%'",
        1);
    session.stream().send(Commands.cancel(id, step.getAttempt()));
    session.stream()
        .await("the end", e -> e.hasStepCancelled() && e.getStepCancelled().getStepId().equals(id));

    await(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%cancelled soon%' AND state = 'active'",
        0);
  }

  /**
   * Asks the server itself to wait for it, so that nothing is asked in vain a hundred times a
   * second.
   */
  private static void await(String count, long wanted) throws Exception {
    long until = System.nanoTime() + 10_000_000_000L;
    while (database.number(count + " AND pid <> pg_backend_pid()") != wanted) {
      assertThat(System.nanoTime()).as(count).isLessThan(until);
      database.number("SELECT 1 FROM pg_sleep(0.02)");
    }
  }

  private static double metric(String step, String name) {
    return session.stream().received().stream()
        .filter(RunSessionResponse::hasMetricReported)
        .map(RunSessionResponse::getMetricReported)
        .filter(metric -> metric.getStepId().equals(step) && metric.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  private static String read(String config) {
    String id = id();
    session.succeed(step(id, config));
    return id;
  }

  private static String id() {
    return "s" + NEXT.incrementAndGet();
  }

  private static RunStep.Builder step(String id, String config) {
    return DatabaseSteps.step(database, id, "postgres.extractor", config);
  }
}
