package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunStep;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values of DuckDB in columns of PostgreSQL, at their extremes: kept, or refused with their place.
 */
@ExtendWith(LeakCheck.class)
class PostgresWriterTypesIT {

  /** What is expected of a value that its column cannot hold. */
  private static final String REFUSED = "refused";

  /** What is expected where no value of the one type is one of the other. */
  private static final String UNSUPPORTED = "unsupported";

  private static final int COLUMNS = 12;

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static Database database;
  private static Connection connection;
  private static WorkerProcess worker;
  private static RawSession session;

  /**
   * A value and what becomes of it.
   *
   * @param sql expression in DuckDB
   * @param type of the column in PostgreSQL
   * @param text the value as PostgreSQL writes it
   */
  record Case(String sql, String type, String text) {
    @Override
    public String toString() {
      return sql + " -> " + type;
    }
  }

  private static Case of(String sql, String type, String text) {
    return new Case(sql, type, text);
  }

  static List<Case> values() {
    return List.of(
        of("true", "boolean", "t"),
        of("'yes'", "boolean", "t"),
        of("1", "boolean", UNSUPPORTED),
        of("(-32768)::BIGINT", "int2", "-32768"),
        of("32768", "int2", REFUSED),
        of("255::UTINYINT", "int2", "255"),
        of("2147483648", "int4", REFUSED),
        of("4294967295::UINTEGER", "int8", "4294967295"),
        of("9223372036854775808::UBIGINT", "int8", REFUSED),
        of("9223372036854775807::UBIGINT", "int8", "9223372036854775807"),
        of("'-9223372036854775808'::HUGEINT", "int8", "-9223372036854775808"),
        of("'-9223372036854775809'::HUGEINT", "int8", REFUSED),
        of("12.00::DECIMAL(9,2)", "int4", "12"),
        of("12.50::DECIMAL(9,2)", "int4", REFUSED),
        of("1e3::DOUBLE", "int4", "1000"),
        of("0.5::DOUBLE", "int4", REFUSED),
        of("'nan'::DOUBLE", "int4", REFUSED),
        of("'12'", "int4", "12"),
        of("'12x'", "int4", REFUSED),
        of("4294967295", "oid", "4294967295"),
        of("'-0'::FLOAT", "float4", "-0"),
        of("'nan'::FLOAT", "float8", "NaN"),
        of("'-inf'::DOUBLE", "float8", "-Infinity"),
        of("5e-324::DOUBLE", "float8", "5e-324"),
        of("0.5::DOUBLE", "float4", "0.5"),
        of("0.1::DOUBLE", "float4", REFUSED),
        of("16777216", "float4", "1.6777216e+07"),
        of("16777217", "float4", REFUSED),
        of("9007199254740993", "float8", REFUSED),
        of("0.1::DECIMAL(9,1)", "float8", "0.1"),
        of("0.12345678901234567890::DECIMAL(38,20)", "float8", REFUSED),
        of("0::DECIMAL(12,4)", "numeric", "0.0000"),
        of("12345678.1234::DECIMAL(12,4)", "numeric(12,4)", "12345678.1234"),
        of("-0.0001::DECIMAL(12,4)", "numeric(12,4)", "-0.0001"),
        of("99999999999999.9999::DECIMAL(18,4)", "numeric", "99999999999999.9999"),
        of("100000000::DECIMAL(18,4)", "numeric", "100000000.0000"),
        of("0.123456789012345678::DECIMAL(18,18)", "numeric", "0.123456789012345678"),
        of("0.000000000000000001::DECIMAL(18,18)", "numeric", "0.000000000000000001"),
        of("(-9223372036854775808)::BIGINT", "numeric", "-9223372036854775808"),
        of("10000", "numeric", "10000"),
        of("9999.9999::DECIMAL(18,8)", "numeric", "9999.99990000"),
        of(
            "'-99999999999999999999999999999999999999'::DECIMAL(38,0)",
            "numeric",
            "-99999999999999999999999999999999999999"),
        of(
            "'0.00000000000000000000000000000000000001'::DECIMAL(38,38)",
            "numeric",
            "0.00000000000000000000000000000000000001"),
        of(
            "'-170141183460469231731687303715884105728'::HUGEINT",
            "numeric(39,0)",
            "-170141183460469231731687303715884105728"),
        of(
            "'340282366920938463463374607431768211455'::UHUGEINT",
            "numeric",
            "340282366920938463463374607431768211455"),
        of("18446744073709551615::UBIGINT", "numeric", "18446744073709551615"),
        of("2.555::DECIMAL(9,3)", "numeric(9,2)", REFUSED),
        of("2.550::DECIMAL(9,3)", "numeric(9,2)", "2.55"),
        of("1250::DECIMAL(9,0)", "numeric(5,-2)", REFUSED),
        of("1200", "numeric(5,-2)", "1200"),
        of("1000::DECIMAL(9,3)", "numeric(5,2)", REFUSED),
        of("'nan'::DOUBLE", "numeric", "NaN"),
        of("'inf'::DOUBLE", "numeric", "Infinity"),
        of("1e300::DOUBLE", "numeric(1000,0)", "1" + "0".repeat(300)),
        of("0.1::DOUBLE", "numeric", "0.1"),
        of("1.0::DOUBLE", "numeric", "1"),
        of("'1.25'", "numeric(9,2)", "1.25"),
        of("'1.255'", "numeric(9,2)", REFUSED),
        of("''", "text", ""),
        of(
            "'größe 😀' || chr(10) || chr(9) || '\\ ''q'' \"d\"'",
            "text",
            "größe 😀\n\t\\ 'q' \"d\""),
        of("'a' || chr(0) || 'b'", "text", REFUSED),
        of("'😀😀😀'", "varchar(3)", "😀😀😀"),
        of("'abcd'", "varchar(3)", REFUSED),
        of("'abc '", "varchar(3)", REFUSED),
        of("'ab'", "char(4)", "ab  "),
        of("'pg'", "name", "pg"),
        of("12.50::DECIMAL(9,2)", "text", "12.50"),
        of("DATE '2024-02-29'", "text", "2024-02-29"),
        of("[1, NULL]", "text", "[1,null]"),
        of("'ab'::BLOB", "text", UNSUPPORTED),
        of("'happy'", "mood", "happy"),
        of("'it''s ok'::ENUM('x', 'it''s ok')", "mood", "it's ok"),
        of("'glad'", "mood", REFUSED),
        of("'\\x00\\xFF\\x5C'::BLOB", "bytea", "\\x00ff5c"),
        of("''::BLOB", "bytea", "\\x"),
        of("'x'", "bytea", UNSUPPORTED),
        of("DATE '4713-01-01 (BC)'", "date", "4713-01-01 BC"),
        of("DATE '5874897-12-31'", "date", "5874897-12-31"),
        of("DATE '5877642-06-25 (BC)'", "date", REFUSED),
        of("DATE 'infinity'", "date", "infinity"),
        of("DATE '-infinity'", "date", "-infinity"),
        of("TIMESTAMP '2024-02-29 00:00:00'", "date", "2024-02-29"),
        of("TIMESTAMP '2024-02-29 00:00:01'", "date", REFUSED),
        of("TIMESTAMP '-infinity'", "date", "-infinity"),
        of("'2024-02-29'", "date", "2024-02-29"),
        of("20240229", "date", UNSUPPORTED),
        of("TIMESTAMP '1969-12-31 23:59:59.999999'", "timestamp", "1969-12-31 23:59:59.999999"),
        of("TIMESTAMP '4713-01-01 (BC) 00:00:00'", "timestamp", "4713-01-01 00:00:00 BC"),
        of("TIMESTAMP '290309-12-22 (BC) 00:00:00'", "timestamp", REFUSED),
        of("TIMESTAMP '294247-01-10 04:00:54.775806'", "timestamp", "294247-01-10 04:00:54.775806"),
        of("TIMESTAMP 'infinity'", "timestamp", "infinity"),
        of("TIMESTAMP '2024-01-01 00:00:00.5'", "timestamp(0)", REFUSED),
        of("TIMESTAMP '2024-01-01 00:00:00.5'", "timestamp(1)", "2024-01-01 00:00:00.5"),
        of("'2024-01-01 00:00:01'::TIMESTAMP_S", "timestamp", "2024-01-01 00:00:01"),
        of("'2024-01-01 00:00:01.123'::TIMESTAMP_MS", "timestamp", "2024-01-01 00:00:01.123"),
        of("'1969-01-01 00:00:01.123456'::TIMESTAMP_NS", "timestamp", "1969-01-01 00:00:01.123456"),
        of("'2024-01-01 00:00:01.123456789'::TIMESTAMP_NS", "timestamp", REFUSED),
        of("DATE '2024-02-29'", "timestamp", "2024-02-29 00:00:00"),
        of("DATE 'infinity'", "timestamp", "infinity"),
        of("TIMESTAMPTZ '2024-02-29 23:30:00.5-05'", "timestamptz", "2024-03-01 04:30:00.5+00"),
        of("TIMESTAMPTZ 'infinity'", "timestamptz", "infinity"),
        of("TIMESTAMP '2024-02-29 00:00:00'", "timestamptz", "2024-02-29 00:00:00+00"),
        of("TIME '24:00:00'", "time", "24:00:00"),
        of("TIME '23:59:59.999999'", "time", "23:59:59.999999"),
        of("TIME '23:59:59.999999'", "time(3)", REFUSED),
        of("'12:00:00.25+05:30'::TIMETZ", "timetz", "12:00:00.25+05:30"),
        of(
            "INTERVAL '-10 months -3 days 04:05:06.789'",
            "interval",
            "-10 mons -3 days +04:05:06.789"),
        of("INTERVAL '100 hours'", "interval", "100:00:00"),
        of("INTERVAL '1 day 1.5 seconds'", "interval(0)", REFUSED),
        of("INTERVAL '1 day 2 seconds'", "interval(0)", "1 day 00:00:02"),
        of(
            "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID",
            "uuid",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        of(
            "'00000000-0000-0000-0000-000000000000'::UUID",
            "uuid",
            "00000000-0000-0000-0000-000000000000"),
        of(
            "'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'",
            "uuid",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        of("'x'", "uuid", REFUSED),
        of("'{\"a\":  1.0}'::JSON", "json", "{\"a\":  1.0}"),
        of("'{\"b\": 1, \"a\": [null]}'", "jsonb", "{\"a\": [null], \"b\": 1}"),
        of("'no json'", "jsonb", REFUSED),
        of("5", "jsonb", "5"),
        of("'[1]'::ENUM('[1]')", "jsonb", "[1]"),
        of(
            "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID",
            "text",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        of(
            "'-170141183460469231731687303715884105728'::HUGEINT",
            "varchar(40)",
            "-170141183460469231731687303715884105728"),
        of("'happy'::ENUM('happy', 'sad')", "varchar(5)", "happy"),
        of(
            "{'k': [1, NULL], 'd': DATE '2024-02-29'}",
            "jsonb",
            "{\"d\": \"2024-02-29\", \"k\": [1, null]}"),
        of("MAP {'k': 1}", "json", "{\"k\":1}"),
        of("'0101'::BIT", "bit(4)", "0101"),
        of("'101010101'::BIT", "bit varying", "101010101"),
        of("'0101'::BIT", "bit(3)", REFUSED),
        of("'01'", "bit(2)", "01"),
        of("['abc', 'd']", "bpchar[]", "{abc,d}"),
        of("[1, NULL, -3]", "int4[]", "{1,NULL,-3}"),
        of("[]::BIGINT[]", "int8[]", "{}"),
        of("[[1, 2], [3, 4]]", "int4[]", "{{1,2},{3,4}}"),
        of(
            "['a\"b', 'c\\d', 'NULL', '', NULL, 'x,y']",
            "text[]",
            "{\"a\\\"b\",\"c\\\\d\",\"NULL\",\"\",NULL,\"x,y\"}"),
        of("[2.555]::DECIMAL(9,3)[]", "numeric(9,2)[]", REFUSED),
        of("['ab'::BLOB]", "bytea[]", "{\"\\\\x6162\"}"),
        of("['happy']", "mood[]", "{happy}"),
        of("[TIMESTAMP '4713-01-01 (BC) 00:00:00']", "timestamp[]", "{\"4713-01-01 00:00:00 BC\"}"),
        of("1", "int4[]", UNSUPPORTED),
        of("'10.0.0.0/8'", "inet", "10.0.0.0/8"),
        of("'10.0.0.x'", "inet", REFUSED),
        of("'08:00:2b:01:02:03'", "macaddr", "08:00:2b:01:02:03"),
        of("'(1,2)'", "point", "(1,2)"),
        of("'[1,5)'", "int4range", "[1,5)"),
        of("'<a/>'", "xml", "<a/>"),
        of("'(1,x)'", "pair", "(1,x)"),
        of("7", "positive", "7"),
        of("0", "positive", REFUSED));
  }

  @BeforeAll
  static void open() throws Exception {
    database = PostgresServer.shared().newDatabase();
    database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy')",
        "CREATE TYPE pair AS (a int, b text)",
        "CREATE DOMAIN positive AS int4 CHECK (VALUE > 0)");
    connection = database.connect();
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "types", folder);
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    worker.close();
    connection.close();
    database.close();
  }

  /** Kept values, several to a table; those that the server reads as texts come last. */
  static List<List<Case>> kept() {
    List<Case> kept =
        values().stream()
            .filter(value -> !isRefused(value))
            .sorted(Comparator.comparing(value -> value.sql().endsWith("'")))
            .toList();
    List<List<Case>> groups = new ArrayList<>();
    for (int from = 0; from < kept.size(); from += COLUMNS) {
      groups.add(kept.subList(from, Math.min(kept.size(), from + COLUMNS)));
    }
    return groups;
  }

  static List<Case> refused() {
    return values().stream().filter(PostgresWriterTypesIT::isRefused).toList();
  }

  private static boolean isRefused(Case value) {
    return value.text().equals(REFUSED) || value.text().equals(UNSUPPORTED);
  }

  @ParameterizedTest
  @MethodSource("kept")
  void values_areKept(List<Case> values) throws Exception {
    RunSessionResponse end = run(values);

    assertThat(end.hasStepSucceeded()).as(end.toString()).isTrue();
    assertThat(texts(values.size()))
        .zipSatisfy(
            values, (text, value) -> assertThat(text).as("%s", value).isEqualTo(value.text()));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void value_isRefused_withItsPlace(Case value) throws Exception {
    RunSessionResponse end = run(List.of(value));

    Failure failure = end.getStepFailed().getFailure();
    if (value.text().equals(UNSUPPORTED)) {
      assertThat(failure.getCode())
          .as(end.toString())
          .isEqualTo(FailureCode.FAILURE_CODE_TYPE_UNSUPPORTED);
    } else {
      assertThat(failure.getCode())
          .as(end.toString())
          .isEqualTo(FailureCode.FAILURE_CODE_ROWS_REFUSED);
      assertThat(failure.getLocation().getRow()).isEqualTo(2);
      assertThat(failure.getLocation().getCount()).isEqualTo(1);
    }
    assertThat(failure.getLocation().getColumn()).isIn("v0", "");
    assertThat(texts(1)).as("nothing is written").isEmpty();
  }

  /** Writes three rows of which the second has the values and the others have none. */
  private static RunSessionResponse run(List<Case> values) throws SQLException {
    int number = NEXT.incrementAndGet();
    List<String> columns = new ArrayList<>();
    List<String> items = new ArrayList<>();
    for (Case value : values) {
      String name = "v" + columns.size();
      columns.add(name + " " + value.type());
      items.add("CASE WHEN range = 1 THEN " + value.sql() + " END AS " + name);
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t" + number + " (" + String.join(", ", columns) + ")");
    }
    session.succeed(
        Commands.sql("in" + number, "SELECT " + String.join(", ", items) + " FROM range(3)"));
    return session.run(write(number));
  }

  /** Of the values of the newest table; none when it has no row. */
  private static List<String> texts(int columns) throws SQLException {
    String items =
        IntStream.range(0, columns)
            .mapToObj(i -> ", max(concat(v%1$d)) FILTER (WHERE v%1$d IS NOT NULL)".formatted(i))
            .collect(Collectors.joining());
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      try (ResultSet result =
          statement.executeQuery("SELECT count(*)" + items + " FROM t" + NEXT.get())) {
        result.next();
        if (result.getLong(1) != 0) {
          assertThat(result.getLong(1)).isEqualTo(3);
          for (int i = 0; i < columns; i++) {
            texts.add(result.getString(i + 2));
          }
        }
      }
    }
    return texts;
  }

  private static RunStep.Builder write(int number) {
    RunStep.Builder step =
        Commands.step("out" + number, "postgres.writer", Json.object("table", "t" + number))
            .addInputs(Commands.input("input", "in" + number, ""));
    var connection = step.getConnectionBuilder().setFamily("postgres").setAlias("main");
    database
        .connection()
        .forEach((field, value) -> {
          if (!field.equals("password")) {
            connection.putFields(field, String.valueOf(value));
          }
        });
    connection.getSecretsBuilder().putValues("password", database.password());
    return step;
  }
}
