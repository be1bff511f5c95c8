package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.StepSucceeded;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code postgres.extractor} against a real server: every type at its extremes, and what is
 * refused.
 */
@ExtendWith(LeakCheck.class)
class PostgresExtractorIT {

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static Database database;
  private static WorkerProcess worker;
  private static RawSession session;

  /**
   * A value of PostgreSQL and what it is afterwards.
   *
   * @param sql expression in PostgreSQL
   * @param type in DuckDB
   * @param text the value as DuckDB writes it
   */
  record Case(String sql, String type, String text) {
    @Override
    public String toString() {
      return sql;
    }
  }

  private static Case of(String sql, String type, String text) {
    return new Case(sql, type, text);
  }

  static List<Case> values() {
    return List.of(
        of("true", "BOOLEAN", "true"),
        of("(-32768)::int2", "SMALLINT", "-32768"),
        of("2147483647::int4", "INTEGER", "2147483647"),
        of("(-9223372036854775808)::int8", "BIGINT", "-9223372036854775808"),
        of("4294967295::oid", "UINTEGER", "4294967295"),
        of("'-0'::float4", "FLOAT", "-0.0"),
        of("'NaN'::float8", "DOUBLE", "nan"),
        of("'-Infinity'::float8", "DOUBLE", "-inf"),
        of("4.9e-324::float8", "DOUBLE", "5e-324"),
        of("12345678.1234::numeric(12,4)", "DECIMAL(12,4)", "12345678.1234"),
        of("(-0.0001)::numeric(12,4)", "DECIMAL(12,4)", "-0.0001"),
        of("0::numeric(12,4)", "DECIMAL(12,4)", "0.0000"),
        of("99999999999999.9999::numeric(18,4)", "DECIMAL(18,4)", "99999999999999.9999"),
        of("100000000::numeric(18,4)", "DECIMAL(18,4)", "100000000.0000"),
        of("0.00000001::numeric(18,10)", "DECIMAL(18,10)", "0.0000000100"),
        of(
            "(-99999999999999999999999999999999999999)::numeric(38,0)",
            "DECIMAL(38,0)",
            "-99999999999999999999999999999999999999"),
        of("1234567::numeric(5,-2)", "DECIMAL(7,0)", "1234600"),
        of("0.00012::numeric(2,5)", "DECIMAL(5,5)", ".00012"),
        of("sum(x::int8) FROM generate_series(1, 10) x", "DECIMAL(38,9)", "55.000000000"),
        of("12.5::numeric(1000,500)", "DECIMAL(38,38)", "error"),
        of("12.5::numeric(1000,3)", "DECIMAL(38,3)", "12.500"),
        of("''::text", "VARCHAR", ""),
        of("E'größe 😀 \\n\\t\\\\ ''q'' \"d\"'", "VARCHAR", "größe 😀 \n\t\\ 'q' \"d\""),
        of("'ab'::char(4)", "VARCHAR", "ab  "),
        of("'x'::varchar(3)", "VARCHAR", "x"),
        of("'pg_class'::name", "VARCHAR", "pg_class"),
        of("'\\x00ff5c27'::bytea", "BLOB", "\\x00\\xFF\\x5C\\x27"),
        of("''::bytea", "BLOB", ""),
        of("DATE '4713-01-01 BC'", "DATE", "4713-01-01 (BC)"),
        of("DATE '5874897-12-31'", "DATE", "5874897-12-31"),
        of("DATE 'infinity'", "DATE", "infinity"),
        of("DATE '-infinity'", "DATE", "-infinity"),
        of("TIMESTAMP '1969-12-31 23:59:59.999999'", "TIMESTAMP", "1969-12-31 23:59:59.999999"),
        of("TIMESTAMP '4713-01-01 00:00:00 BC'", "TIMESTAMP", "4713-01-01 (BC) 00:00:00"),
        of("TIMESTAMP '-infinity'", "TIMESTAMP", "-infinity"),
        of("TIMESTAMP '294276-12-31 23:59:59.999999'", "TIMESTAMP", "error"),
        of(
            "TIMESTAMPTZ '2024-02-29 23:30:00.5-05'",
            "TIMESTAMP WITH TIME ZONE",
            "2024-03-01 04:30:00.5+00"),
        of("TIMESTAMPTZ 'infinity'", "TIMESTAMP WITH TIME ZONE", "infinity"),
        of("TIME '24:00:00'", "TIME", "24:00:00"),
        of("TIME '23:59:59.999999'", "TIME", "23:59:59.999999"),
        of("TIMETZ '12:00:00.25+05:30'", "TIME WITH TIME ZONE", "12:00:00.25+05:30"),
        of("TIMETZ '00:00:00-15:59'", "TIME WITH TIME ZONE", "00:00:00-15:59"),
        of(
            "INTERVAL '-1 year 2 mons -3 days 04:05:06.789'",
            "INTERVAL",
            "-10 months -3 days 04:05:06.789"),
        of("INTERVAL '100 hours'", "INTERVAL", "100:00:00"),
        of(
            "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
            "UUID",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        of("'{\"a\":  1.0}'::json", "JSON", "{\"a\":  1.0}"),
        of("'{\"b\": 1, \"a\": [null]}'::jsonb", "JSON", "{\"a\": [null], \"b\": 1}"),
        of("B'0101'", "BIT", "0101"),
        of("B'101010101'::bit varying", "BIT", "101010101"),
        of("''::bit varying", "BIT", "error"),
        of("'happy'::mood", "ENUM('sad', 'it''s ok', 'happy')", "happy"),
        of("ARRAY['happy', NULL]::mood[]", "ENUM('sad', 'it''s ok', 'happy')[]", "[happy, NULL]"),
        of("ARRAY[1, NULL, -3]", "INTEGER[]", "[1, NULL, -3]"),
        of("'{}'::int8[]", "BIGINT[]", "[]"),
        of("ARRAY[true, false]", "BOOLEAN[]", "[true, false]"),
        of("ARRAY[1.5, 'NaN', 'Infinity']::float8[]", "DOUBLE[]", "[1.5, nan, inf]"),
        of(
            "ARRAY['', 'NULL', NULL, ' a ', 'it''s', '\"', E'\\\\', ',', E'\\n', ']', 'ü😀']",
            "VARCHAR[]",
            "11"),
        of("ARRAY[[1, 2], [3, 4]]", "INTEGER[]", "error"),
        of("'[0:1]={1,2}'::int4[]", "INTEGER[]", "error"),
        of("ARRAY[1.5, 2]::numeric[]", "VARCHAR", "{1.5,2}"),
        of("'10.1.2.3'::inet", "VARCHAR", "10.1.2.3"),
        of("'::1/64'::inet", "VARCHAR", "::1/64"),
        of("'10.0.0.0/8'::cidr", "VARCHAR", "10.0.0.0/8"),
        of("'08:00:2b:01:02:03'::macaddr", "VARCHAR", "08:00:2b:01:02:03"),
        of("'(1,2)'::point", "VARCHAR", "(1,2)"),
        of("int4range(1, 5)", "VARCHAR", "[1,5)"),
        of("'<a>ü</a>'::xml", "VARCHAR", "<a>ü</a>"),
        of("ROW(1, 'a b')::pair", "VARCHAR", "(1,\"a b\")"),
        of("'a fat cat'::tsvector", "VARCHAR", "'a' 'cat' 'fat'"),
        of("5::positive", "INTEGER", "5"));
  }

  @BeforeAll
  static void open() throws Exception {
    database = PostgresServer.shared().newDatabase();
    database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy')",
        "CREATE TYPE pair AS (a int, b text)",
        "CREATE DOMAIN positive AS int4 CHECK (VALUE > 0)",
        "CREATE TABLE \"Odd \"\"name\" (id int8 PRIMARY KEY, \"größe\" text)",
        "INSERT INTO \"Odd \"\"name\" SELECT i, 'v' || i FROM generate_series(1, 5000) i");
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "postgres", folder);
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    worker.close();
    database.close();
  }

  @ParameterizedTest
  @MethodSource("values")
  void value_isKept_orTheStepSaysWhichIsNot(Case value) {
    String from = value.sql().contains(" FROM ") ? value.sql() : value.sql() + " AS v";
    String select = from.contains(" FROM ") ? from.replace(" FROM ", " AS v FROM ") : from;
    String id = id();
    RunStep.Builder step =
        step(
            id,
            Json.object(
                "query",
                "SELECT q.v FROM generate_series(0, 1) i LEFT JOIN (SELECT "
                    + select
                    + ") q ON i = 0"));
    if (value.text().equals("error")) {
      Failure failure = session.fail(step).getFailure();
      assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_VALUE_INVALID);
      assertThat(failure.getLocation().getColumn()).isEqualTo("v");
      assertThat(failure.getAdvice()).isNotEmpty();
      return;
    }
    StepSucceeded read = session.succeed(step);
    assertThat(read.getOutputs().getTables(0).getColumns(0).getType()).isEqualTo(value.type());
    String text = value.text().equals("11") ? "CAST(len(v) AS VARCHAR)" : "CAST(v AS VARCHAR)";
    assertThat(session.query("SELECT " + text + " FROM \"" + id + "\" WHERE v IS NOT NULL"))
        .containsExactly(List.of(value.text()));
    assertThat(session.query("SELECT count(*) FROM \"" + id + "\" WHERE v IS NULL"))
        .containsExactly(List.of("1"));
  }

  @Test
  void textsOfList_areKept_whateverTheyHold() {
    String id = id();
    session.succeed(
        step(
            id,
            Json.object(
                "query",
                "SELECT ARRAY(SELECT chr(i) || 'x' || chr(i) FROM generate_series(1, 300) i) AS v")));

    assertThat(
            session.query(
                "SELECT count(*) FROM (SELECT unnest(v) AS t, generate_subscripts(v, 1) AS i FROM \""
                    + id
                    + "\") WHERE t <> chr(i::INTEGER) || 'x' || chr(i::INTEGER)"))
        .containsExactly(List.of("0"));
  }

  @ParameterizedTest
  @CsvSource({"text, VARCHAR, NaN", "double, DOUBLE, nan"})
  void numeric_isTextOrDouble_onRequest(String choice, String type, String text) {
    String id = id();
    StepSucceeded read =
        session.succeed(
            step(id, Json.object("query", "SELECT 'NaN'::numeric AS v", "numeric", choice)));
    assertThat(read.getOutputs().getTables(0).getColumns(0).getType()).isEqualTo(type);
    assertThat(session.query("SELECT CAST(v AS VARCHAR) FROM \"" + id + "\""))
        .containsExactly(List.of(text));
  }

  @Test
  void table_isReadByItsParts() {
    String id = id();
    session.succeed(
        step(
            id,
            "{\"table\": \"Odd \\\"name\", \"columns\": [\"größe\", \"id\"],"
                + " \"where\": \"id > 10 -- and no more\", \"limit\": 5}"));
    assertThat(session.query("SELECT count(*), min(id) > 10 FROM \"" + id + "\""))
        .containsExactly(List.of("5", "true"));
  }

  @Test
  void rowsOfManyBatches_areAllThere() {
    String id = id();
    session.succeed(
        step(
            id,
            Json.object("query", "SELECT i, md5(i::text) AS h FROM generate_series(1, 50000) i;")));
    assertThat(
            session.query(
                "SELECT count(*), sum(i), count(*) FILTER (h = md5(i::VARCHAR)) FROM \""
                    + id
                    + "\""))
        .containsExactly(List.of("50000", "1250025000", "50000"));
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> refused() {
    return Stream.of(
        org.junit.jupiter.params.provider.Arguments.of(
            "SELECT 1 AS a, 2 AS \"A\"", FailureCode.FAILURE_CODE_CONFIG_INVALID),
        org.junit.jupiter.params.provider.Arguments.of(
            "SELEC 1", FailureCode.FAILURE_CODE_SQL_SYNTAX),
        org.junit.jupiter.params.provider.Arguments.of(
            "SELECT * FROM nowhere", FailureCode.FAILURE_CODE_SQL_UNRESOLVED),
        org.junit.jupiter.params.provider.Arguments.of(
            "SELECT nothing FROM pg_class", FailureCode.FAILURE_CODE_SQL_UNRESOLVED),
        org.junit.jupiter.params.provider.Arguments.of(
            "SELECT 1 / (i - 3000) AS v FROM generate_series(1, 5000) i",
            FailureCode.FAILURE_CODE_SQL_VALUE),
        org.junit.jupiter.params.provider.Arguments.of(
            "SELECT * FROM pg_authid", FailureCode.FAILURE_CODE_AUTHENTICATION_FAILED),
        org.junit.jupiter.params.provider.Arguments.of(
            "WITH gone AS (DELETE FROM \"Odd \"\"name\" RETURNING *) SELECT * FROM gone",
            FailureCode.FAILURE_CODE_SQL_REFUSED));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void query_failsWithTheServersReason(String query, FailureCode code) throws Exception {
    Failure failure = session.fail(step(id(), Json.object("query", query))).getFailure();

    assertThat(failure.getCode()).isEqualTo(code);
    assertThat(database.number("SELECT count(*) FROM \"Odd \"\"name\"")).isEqualTo(5000);
  }

  @Test
  void discover_listsTablesColumnsAndKeys() throws Exception {
    database.execute(
        "CREATE SCHEMA shop",
        "CREATE TABLE shop.customer (id int8 PRIMARY KEY, name text NOT NULL, CONSTRAINT named UNIQUE (name))",
        "CREATE TABLE shop.purchase (id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            + " customer int8 REFERENCES shop.customer, amount numeric(12,2))",
        "CREATE VIEW shop.big AS SELECT * FROM shop.purchase WHERE amount > 1000",
        "COMMENT ON TABLE shop.customer IS 'who buys'");
    session.succeed(step("found", "postgres.discover", Json.object("schema", "shop")));

    assertThat(
            session.query("SELECT \"name\", kind, comment FROM \"found\".\"tables\" ORDER BY ALL"))
        .containsExactly(
            List.of("big", "view", "NULL"),
            List.of("customer", "table", "who buys"),
            List.of("purchase", "table", "NULL"));
    assertThat(
            session.query(
                "SELECT \"name\", type, nullable, has_default FROM \"found\".\"columns\""
                    + " WHERE \"table\" = 'purchase' ORDER BY position"))
        .containsExactly(
            List.of("id", "bigint", "false", "true"),
            List.of("customer", "bigint", "true", "false"),
            List.of("amount", "numeric(12,2)", "true", "false"));
    assertThat(
            session.query(
                "SELECT kind, \"column\", referenced_table, referenced_column FROM \"found\".\"keys\""
                    + " WHERE kind = 'foreign'"))
        .containsExactly(List.of("foreign", "customer", "shop.customer", "id"));
  }

  @Test
  void doctor_saysWhatAStepWouldMeet() {
    session.succeed(step("checked", "postgres.doctor", "{}"));

    assertThat(session.query("SELECT \"check\", status FROM \"checked\" ORDER BY ALL"))
        .contains(List.of("connect", "ok"), List.of("version", "ok"), List.of("read", "ok"));
  }

  @Test
  void doctor_failsTyped_whenNobodyGetsIn() {
    RunStep.Builder wrong = step("refused", "postgres.doctor", "{}");
    wrong.getConnectionBuilder().getSecretsBuilder().putValues("password", "not it");
    assertThat(session.fail(wrong).getFailure().getCode())
        .isEqualTo(FailureCode.FAILURE_CODE_AUTHENTICATION_FAILED);

    RunStep.Builder nowhere = step("unreachable", "postgres.doctor", "{}");
    nowhere.getConnectionBuilder().putFields("port", "1");
    Failure failure = session.fail(nowhere).getFailure();
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONNECTION_FAILED);
    assertThat(failure.getRetryable()).isTrue();
  }

  private static String id() {
    return "s" + NEXT.incrementAndGet();
  }

  private static RunStep.Builder step(String id, String config) {
    return step(id, "postgres.extractor", config);
  }

  private static RunStep.Builder step(String id, String component, String config) {
    return DatabaseSteps.step(database, id, component, config);
  }
}
