package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Column;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.StepFailed;
import dev.osiris.wire.v1.StepSucceeded;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every type of DuckDB, at its extremes, from step to step and through Parquet: kept, restored by
 * the extractor, or refused unless loss is asked for. Never changed in silence.
 */
@ExtendWith(LeakCheck.class)
class TypesIT {

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static WorkerProcess worker;
  private static RawSession session;

  /**
   * A type and values of it.
   *
   * @param type as DuckDB reports it
   * @param values expressions of that type; NULL is added to them
   */
  record Case(String type, List<String> values) {
    @Override
    public String toString() {
      return type;
    }

    /** One row a value, numbered, and NULL last. */
    String query() {
      StringBuilder query = new StringBuilder();
      for (int i = 0; i <= values.size(); i++) {
        String value = i < values.size() ? values.get(i) : "NULL";
        query
            .append(i == 0 ? "" : " UNION ALL ")
            .append("SELECT ")
            .append(i)
            .append(" AS id, CAST(")
            .append(value)
            .append(" AS ")
            .append(type)
            .append(") AS v");
      }
      return query.toString();
    }
  }

  static Stream<Case> types() {
    return Stream.of(
        type("BOOLEAN", "true", "false"),
        type("TINYINT", "-128", "127", "0"),
        type("SMALLINT", "-32768", "32767"),
        type("INTEGER", "-2147483648", "2147483647"),
        type("BIGINT", "-9223372036854775808", "9223372036854775807"),
        type(
            "HUGEINT",
            "'-170141183460469231731687303715884105728'",
            "'170141183460469231731687303715884105727'"),
        type("UTINYINT", "0", "255"),
        type("USMALLINT", "0", "65535"),
        type("UINTEGER", "0", "4294967295"),
        type("UBIGINT", "0", "'18446744073709551615'"),
        type("UHUGEINT", "0", "'340282366920938463463374607431768211455'"),
        type(
            "FLOAT",
            "'3.4028235e38'",
            "'-1.1754944e-38'",
            "'nan'",
            "'infinity'",
            "'-infinity'",
            "'-0.0'"),
        type(
            "DOUBLE",
            "'1.7976931348623157e308'",
            "'5e-324'",
            "'nan'",
            "'infinity'",
            "'-infinity'",
            "'-0.0'",
            "0.1"),
        type("DECIMAL(4,1)", "'999.9'", "'-999.9'"),
        type("DECIMAL(9,4)", "'99999.9999'", "'-99999.9999'"),
        type("DECIMAL(18,6)", "'999999999999.999999'", "'-0.000001'"),
        type("DECIMAL(38,10)", "'9999999999999999999999999999.9999999999'", "'-0.0000000001'"),
        type("DECIMAL(38,0)", "'99999999999999999999999999999999999999'"),
        type(
            "VARCHAR",
            "''",
            "'größe ✓ 中文 🎬'",
            "'a''b\"c,d;e'",
            "repeat('x', 70000)",
            "chr(10) || chr(13)"),
        type("BLOB", "''", "'\\x00\\xFF\\x0A'", "'\\x27\\x22'"),
        type("BIT", "'0'", "'1010101'", "repeat('10', 100)"),
        type(
            "DATE",
            "'infinity'",
            "'-infinity'",
            "'0001-01-01'",
            "'9999-12-31'",
            "'5877642-06-25 (BC)'",
            "'5881580-07-10'"),
        type("TIME", "'00:00:00'", "'23:59:59.999999'", "'24:00:00'"),
        type(
            "TIME WITH TIME ZONE",
            "'00:00:00+15:59:59'",
            "'23:59:59.999999-15:59:59'",
            "'12:00:00+02'"),
        type(
            "TIMESTAMP",
            "'infinity'",
            "'-infinity'",
            "'290309-12-22 (BC) 00:00:00'",
            "'294247-01-10 04:00:54.775806'"),
        type("TIMESTAMP_S", "'1970-01-01 00:00:01'", "'9999-12-31 23:59:59'", "'infinity'"),
        type("TIMESTAMP_MS", "'1969-12-31 23:59:59.999'", "'9999-12-31 23:59:59.999'"),
        type(
            "TIMESTAMP_NS",
            "'1677-09-22 00:00:00'",
            "'2262-04-11 23:47:16.854775806'",
            "'1970-01-01 00:00:00.000000001'"),
        type(
            "TIMESTAMP WITH TIME ZONE",
            "'infinity'",
            "'2024-02-29 12:34:56.789012+05:30'",
            "'0001-01-01 00:00:00+00'"),
        type(
            "INTERVAL",
            "'1 year 2 months 3 days 04:05:06.789012'",
            "'-1 month -1 day -00:00:00.000001'",
            "'0 seconds'"),
        type(
            "UUID",
            "'00000000-0000-0000-0000-000000000000'",
            "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
        type("JSON", "'{\"a\": [1, 2.50, null, \"ü\"]}'", "'null'", "'9007199254740993'"),
        type("ENUM('klein', 'größer', '')", "'klein'", "'größer'", "''"),
        type("INTEGER[]", "[]", "[1, NULL, -2147483648]"),
        type("INTEGER[3]", "[1, NULL, 3]"),
        type("VARCHAR[][]", "[['a', NULL], NULL, []]"),
        type(
            "STRUCT(a INTEGER, b VARCHAR[])",
            "{'a': 1, 'b': ['x', NULL]}",
            "{'a': NULL, 'b': NULL}"),
        type("STRUCT(\"größe x\" HUGEINT, d DECIMAL(18,3))", "{'größe x': 1, 'd': 1.5}"),
        type("MAP(VARCHAR, INTEGER)", "MAP {}", "MAP {'k': 1, '': NULL}"),
        type("MAP(INTEGER, STRUCT(a DATE))", "MAP {1: {'a': DATE '2024-02-29'}}"),
        type(
            "UNION(num INTEGER, str VARCHAR)",
            "union_value(num := 1)",
            "union_value(str := 'one')"),
        type("BIGNUM", "'123456789012345678901234567890123456789012345678901234567890'", "'-1'"),
        type("STRUCT(a INTEGER)[]", "[{'a': 1}, NULL]"),
        type("TIME_NS", "'23:59:59.999999999'", "'00:00:00'"),
        type("GEOMETRY", "'POINT (1 2)'", "'LINESTRING (0 0, 1 1)'"));
  }

  private static Case type(String type, String... values) {
    return new Case(type, List.of(values));
  }

  @BeforeAll
  static void open() {
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "types", folder);
  }

  @AfterAll
  static void close() {
    session.close();
    worker.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CAST(42 AS VARIANT)", "{'nested': CAST('x' AS VARIANT)}"})
  void variant_isRefused_sinceFilesForEveryDuckDbCannotHoldIt(String value) {
    StepFailed refused =
        session.fail(Commands.sql("variant" + NEXT.incrementAndGet(), "SELECT " + value + " AS v"));

    assertThat(refused.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_TYPE_UNSUPPORTED);
    assertThat(refused.getFailure().getMessage()).contains("VARIANT");
    assertThat(refused.getFailure().getAdvice()).contains("JSON");
  }

  @ParameterizedTest
  @MethodSource("types")
  void type_isKept_fromStepToStep(Case type) {
    String made = "made" + NEXT.incrementAndGet();
    StepSucceeded first = session.succeed(Commands.sql(made, type.query()));
    String copy = made + "-copy";
    StepSucceeded second = session.succeed(Commands.sql(copy, "SELECT * FROM input_df", made));

    assertThat(column(first)).isEqualTo(type.type());
    assertThat(second.getOutputs().getTables(0).getColumnsList())
        .isEqualTo(first.getOutputs().getTables(0).getColumnsList());
    assertThat(differing(made, copy)).isZero();
  }

  @ParameterizedTest
  @MethodSource("types")
  void type_isKeptRestoredOrRefused_throughParquet(Case type) {
    String made = "p" + NEXT.incrementAndGet();
    session.succeed(Commands.sql(made, type.query()));
    String file = made + ".parquet";
    RunSessionResponse written = session.run(writer(made + "-w", made, Json.object("path", file)));

    if (written.hasStepSucceeded()) {
      StepSucceeded read = session.succeed(reader(made + "-r", file));
      assertThat(column(read)).as("the extractor restores the type").isEqualTo(type.type());
      assertThat(differing(made, made + "-r")).as("values that changed").isZero();
      return;
    }
    StepFailed refused = written.getStepFailed();
    assertThat(refused.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_TYPE_UNSUPPORTED);
    assertThat(refused.getFailure().getMessage()).contains("v");
    assertThat(refused.getFailure().getAdvice()).contains("lossy");
    assertThat(folder.resolve(file)).doesNotExist();

    session.succeed(writer(made + "-t", made, Json.object("path", file, "lossy", "text")));
    StepSucceeded read = session.succeed(reader(made + "-r", file));
    assertThat(column(read)).isEqualTo("VARCHAR");
    session.succeed(
        Commands.sql(made + "-text", "SELECT id, CAST(v AS VARCHAR) AS v FROM input_df", made));
    assertThat(differing(made + "-text", made + "-r")).isZero();
  }

  /** Rows whose values differ between two tables of the same ids, decided by SQL in a step. */
  private static long differing(String left, String right) {
    String compare = "compare" + NEXT.incrementAndGet();
    session.succeed(
        Commands.sql(
            compare,
            "SELECT count(*) AS n FROM \"%s\" l FULL JOIN \"%s\" r USING (id) "
                    .formatted(left, right)
                + "WHERE l.v IS DISTINCT FROM r.v OR CAST(l.v AS VARCHAR) IS DISTINCT FROM CAST(r.v AS VARCHAR)",
            left,
            right));
    return Long.parseLong(session.query("SELECT n FROM \"" + compare + "\"").getFirst().getFirst());
  }

  private static dev.osiris.wire.v1.RunStep.Builder writer(String id, String input, String config) {
    return Commands.step(id, "filesystem.parquet_writer", config)
        .addInputs(Commands.input("input", input, ""));
  }

  private static dev.osiris.wire.v1.RunStep.Builder reader(String id, String path) {
    return Commands.step(id, "filesystem.parquet_extractor", Json.object("path", path));
  }

  private static String column(StepSucceeded step) {
    return step.getOutputs().getTables(0).getColumnsList().stream()
        .filter(column -> column.getName().equals("v"))
        .map(Column::getType)
        .collect(Collectors.joining());
  }
}
