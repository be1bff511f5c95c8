package dev.osiris.worker.drivers.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type of DuckDB through a Parquet file and back, value by value. */
class ParquetTypesTest {

  /** Values of each type at its ends, as SQL texts that cast to it. */
  private static final Map<String, List<String>> SCALARS =
      Map.ofEntries(
          Map.entry("BOOLEAN", List.of("true", "false")),
          Map.entry("TINYINT", List.of("-128", "127")),
          Map.entry("SMALLINT", List.of("-32768", "32767")),
          Map.entry("INTEGER", List.of("-2147483648", "2147483647")),
          Map.entry("BIGINT", List.of("-9223372036854775808", "9223372036854775807")),
          Map.entry(
              "HUGEINT",
              List.of(
                  "-170141183460469231731687303715884105728",
                  "170141183460469231731687303715884105727",
                  "0")),
          Map.entry("UTINYINT", List.of("0", "255")),
          Map.entry("USMALLINT", List.of("0", "65535")),
          Map.entry("UINTEGER", List.of("0", "4294967295")),
          Map.entry("UBIGINT", List.of("0", "18446744073709551615")),
          Map.entry("UHUGEINT", List.of("0", "340282366920938463463374607431768211455")),
          Map.entry("BIGNUM", List.of("0", "-" + "9".repeat(400), "1" + "0".repeat(400))),
          Map.entry(
              "FLOAT", List.of("nan", "inf", "-inf", "-0.0", "0.0", "1.4e-45", "3.4028235e38")),
          Map.entry(
              "DOUBLE",
              List.of("nan", "inf", "-inf", "-0.0", "0.0", "5e-324", "1.7976931348623157e308")),
          Map.entry("DECIMAL(1,0)", List.of("-9", "9")),
          Map.entry("DECIMAL(4,1)", List.of("-999.9", "999.9")),
          Map.entry("DECIMAL(9,9)", List.of("-0.999999999", "0.000000001")),
          Map.entry("DECIMAL(18,3)", List.of("-999999999999999.999", "999999999999999.999")),
          Map.entry("DECIMAL(19,0)", List.of("-9999999999999999999", "9999999999999999999")),
          Map.entry("DECIMAL(38,0)", List.of("-" + "9".repeat(38), "9".repeat(38))),
          Map.entry("DECIMAL(38,38)", List.of("-0." + "9".repeat(38), "0." + "0".repeat(37) + "1")),
          Map.entry("VARCHAR", List.of("", " ", "NULL", "é🦆\u4e2d", "a'b\"c\\\n", "0")),
          Map.entry("BLOB", List.of("", "\\x00\\xFF\\x27", "abc")),
          Map.entry("BIT", List.of("0", "1", "0101011101111", "1".repeat(300))),
          Map.entry(
              "DATE", List.of("infinity", "-infinity", "5877642-06-25 (BC)", "5881580-07-10")),
          Map.entry("TIME", List.of("00:00:00", "24:00:00", "23:59:59.999999")),
          Map.entry("TIME_NS", List.of("00:00:00", "23:59:59.999999999", "12:00:00.123456789")),
          Map.entry(
              "TIME WITH TIME ZONE",
              List.of(
                  "00:00:00+15:59:59",
                  "24:00:00-15:59:59",
                  "12:00:00.123456+02:30",
                  "10:00:00+00")),
          Map.entry(
              "TIMESTAMP",
              List.of(
                  "infinity",
                  "-infinity",
                  "290309-12-22 (BC) 00:00:00",
                  "294247-01-10 04:00:54.775806",
                  "1969-12-31 23:59:59.999999")),
          Map.entry(
              "TIMESTAMP WITH TIME ZONE",
              List.of(
                  "infinity",
                  "-infinity",
                  "290309-12-22 (BC) 00:00:00+00",
                  "294247-01-10 04:00:54.775806+00",
                  "2000-01-01 00:00:00+02")),
          Map.entry(
              "TIMESTAMP_S",
              List.of(
                  "infinity", "-infinity", "290309-12-22 (BC) 00:00:00", "294247-01-10 04:00:54")),
          Map.entry(
              "TIMESTAMP_MS",
              List.of(
                  "infinity",
                  "-infinity",
                  "290309-12-22 (BC) 00:00:00",
                  "294247-01-10 04:00:54.775",
                  "1969-12-31 23:59:59.999")),
          Map.entry(
              "TIMESTAMP_NS",
              List.of(
                  "infinity",
                  "-infinity",
                  "1677-09-22 00:00:00",
                  "2262-04-11 23:47:16.854775806",
                  "2000-01-01 00:00:00.123456789")),
          Map.entry(
              "INTERVAL",
              List.of(
                  "0 days",
                  "-1 month 2 days -3 microseconds",
                  "13 months -400 days 1 microsecond",
                  "2147483647 months 2147483647 days",
                  "-2147483648 months -2147483648 days",
                  "30 days",
                  "1 month",
                  "90 minutes")),
          Map.entry(
              "UUID",
              List.of(
                  "00000000-0000-0000-0000-000000000000",
                  "80000000-0000-0000-0000-000000000000",
                  "ffffffff-ffff-ffff-ffff-ffffffffffff")),
          Map.entry(
              "JSON", List.of("{\"a\": 1}", "null", "  [1, 2.50]", "\"x\"", "{\"b\":1,\"b\":2}")),
          Map.entry("ENUM('a', 'b''c, \"d\"', '', 'é🦆')", List.of("b'c, \"d\"", "", "é🦆", "a")),
          Map.entry(
              "GEOMETRY",
              List.of(
                  "POINT (1 2)",
                  "POINT ZM (1 2 3 4)",
                  "POINT EMPTY",
                  "GEOMETRYCOLLECTION EMPTY",
                  "LINESTRING Z (1 2 3, 4 5 6)")),
          Map.entry("GEOMETRY('OGC:CRS84')", List.of("POINT M (1 2 3)", "POINT (1e300 -0.0)")));

  /** What may hold a value {@code v} of a type, as SQL; arrays know no CASE. */
  private static final List<String> HOLDERS =
      List.of(
          "v",
          "CASE WHEN i % 3 > 0 THEN [v, NULL, v] WHEN i % 2 = 0 THEN [] END",
          "(CASE WHEN i % 2 = 0 THEN [v, NULL] END)::TYPE[2]",
          "CASE WHEN i % 2 = 0 THEN {'a \"x''y': v, 'select': i} END",
          "CASE WHEN i % 2 = 0 THEN map {'k': v, 'n': NULL} END",
          "CASE WHEN v IS NOT NULL THEN map {v: i} END",
          "[{'a': [v]}, NULL, {'a': NULL}]",
          "{'a': [[v], NULL]::TYPE[][2]}");

  @TempDir Path folder;
  private RecordingStepContext step;

  @BeforeEach
  void open() throws Exception {
    step = new RecordingStepContext(folder).with("compression", "snappy");
    step.with("path", "t.parquet").with("hive_partitioning", false);
  }

  @AfterEach
  void close() throws Exception {
    step.close();
  }

  static Stream<String> types() {
    return SCALARS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("types")
  void value_isTheSame_afterParquet(String type) throws Exception {
    step.execute("CREATE TABLE memory.main.seed AS " + values(type));
    for (String value : HOLDERS) {
      step.given("in", "SELECT i, " + value.replace("TYPE", type) + " AS v FROM memory.main.seed");
      there();
      back();

      assertSame("v::VARCHAR");
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void value_isTheSame_inAUnion(String type) throws Exception {
    step.execute("CREATE TABLE memory.main.seed AS " + values(type));
    for (String value : HOLDERS) {
      step.execute(
          "CREATE OR REPLACE TABLE memory.main.held AS SELECT i, %s AS v FROM memory.main.seed"
              .formatted(value.replace("TYPE", type)));
      String held = step.rows("SELECT typeof(v) FROM memory.main.held LIMIT 1").getFirst();
      String union = "UNION(\"it's\" " + held + ", other INTEGER)";
      String none = "SELECT -i - 1, %s::" + union + " FROM memory.main.held";
      step.given(
          "in",
          "SELECT i, union_value(\"it's\" := v)::%s AS v FROM memory.main.held".formatted(union)
              + " UNION ALL "
              + none.formatted("union_value(other := i::INTEGER)")
              + " UNION ALL "
              + none.formatted("NULL"));
      there();
      back();

      assertSame("v IS NULL, union_tag(v)::VARCHAR, union_extract(v, 'it''s')::VARCHAR, v.other");
    }
  }

  @Test
  void interval_keepsItsParts_whenMicrosecondsAreAtTheEnds() throws Exception {
    step.given(
        "in",
        "SELECT * FROM (VALUES (1, to_microseconds(9223372036854775807)), (2,"
            + " to_microseconds(-9223372036854775807 - 1)), (3, to_months(2147483647) +"
            + " to_days(-2147483648) + to_microseconds(9223372036854775807))) t(i, v)");
    there();
    back();

    assertSame("v::VARCHAR");
  }

  @Test
  void varchar_keepsItsBytes_whenItHoldsNul() throws Exception {
    step.given("in", "SELECT 1 AS i, 'a' || chr(0) || 'b' AS v, ['' || chr(0)] AS w");
    there();
    back();

    assertThat(step.rows("SELECT hex(v), hex(w[1]) FROM main")).containsExactly("610062|00");
  }

  @Test
  void union_isTheSame_whenItIsInsideOthers() throws Exception {
    String union = "UNION(a HUGEINT, \"B b\" UNION(x INTERVAL, y DATE[2]))";
    step.given(
        "in",
        ("SELECT i, [{'u': u}, NULL] AS v, map {i: u} AS w FROM (VALUES"
                + " (1, union_value(a := 1::HUGEINT)::%1$s),"
                + " (2, union_value(\"B b\" := union_value(x := INTERVAL 1 MONTH))::%1$s),"
                + " (3, union_value(a := NULL::HUGEINT)::%1$s),"
                + " (4, NULL::%1$s)) t(i, u)")
            .formatted(union));
    there();
    back();

    assertSame(
        "v::VARCHAR, w::VARCHAR, v[1].u IS NULL, union_tag(v[1].u)::VARCHAR,"
            + " union_tag(w[i])::VARCHAR");
  }

  @Test
  void hugeint_isADecimalForOthers_whenItFits() throws Exception {
    step.given(
        "in", "SELECT 1 AS i, sum(range) AS v, -(10::HUGEINT ** 20)::HUGEINT AS w FROM range(9)");
    there();
    back();

    assertThat(step.rows("SELECT typeof(v), typeof(w) FROM '" + folder + "/t.parquet'"))
        .containsExactly("DECIMAL(38,0)|DECIMAL(38,0)");
    assertSame("v::VARCHAR, w::VARCHAR");
  }

  @Test
  void emptyTable_keepsItsColumnsAndTypes() throws Exception {
    step.given("in", "SELECT 1 AS i, 'a'::ENUM('a') AS v, 1::HUGEINT AS w LIMIT 0");
    there();
    back();

    assertSame("v");
  }

  @ParameterizedTest
  @MethodSource("variants")
  void type_isRefusedAndNamed_whenNothingKeepsIt(String value, String named) throws Exception {
    step.given("in", "SELECT 1 AS i, " + value + " AS v");

    assertThatThrownBy(this::there)
        .isInstanceOfSatisfying(
            StepException.class,
            refused -> {
              assertThat(refused.failure().code()).isEqualTo(FailureCode.TYPE_UNSUPPORTED);
              assertThat(refused.failure().where().column()).isEqualTo("v");
              assertThat(refused.failure().message()).contains("'v'").contains(named);
              assertThat(refused.failure().advice()).contains("lossy: text");
            });
    assertThat(folder.resolve("t.parquet")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void type_isText_whenLossIsAllowed(String value, String named) throws Exception {
    step.given("in", "SELECT 1 AS i, " + value + " AS v, 1::HUGEINT AS w");
    step.with("lossy", "text");
    there();
    back();

    assertThat(step.rows("SELECT typeof(v), typeof(w) FROM main").getFirst())
        .doesNotContain(named)
        .contains("VARCHAR")
        .endsWith("|HUGEINT");
    assertThat(step.rows("SELECT v::VARCHAR FROM main"))
        .isEqualTo(step.rows("SELECT v::VARCHAR FROM memory.main.in"));
  }

  static Stream<Arguments> variants() {
    return Stream.of("42::VARIANT", "[42::VARIANT]", "{'a': 1, 'b': map {1: 'x'::VARIANT}}")
        .map(value -> Arguments.of(value, "VARIANT"));
  }

  @Test
  void matrix_hasEveryTypeOfDuckDb() throws Exception {
    Set<String> covered = new TreeSet<>(Set.of("ARRAY", "LIST", "MAP", "STRUCT", "UNION"));
    SCALARS.keySet().forEach(type -> covered.add(type.split("\\(", 2)[0]));
    // VARIANT is refused; no column can have the other two.
    covered.addAll(Set.of("VARIANT", "NULL", "TYPE"));

    assertThat(step.rows("SELECT DISTINCT logical_type FROM duckdb_types()")).isSubsetOf(covered);
  }

  @Test
  void file_isThatOfAPlainCopy_whenParquetKeepsAllTypes() throws Exception {
    step.given(
        "in",
        "SELECT range AS i, range::VARCHAR AS t, range::DECIMAL(18,3) AS d, [range] AS l,"
            + " DATE '2000-01-01' AS day, {'a': range::JSON} AS s FROM range(300000)");
    there();
    step.execute("COPY memory.main.in TO '" + folder.resolve("plain.parquet") + "'");

    assertThat(folder.resolve("t.parquet")).hasSameBinaryContentAs(folder.resolve("plain.parquet"));
  }

  private void there() throws Exception {
    new ParquetWriter().run(step);
  }

  private void back() throws Exception {
    step.execute("DROP TABLE IF EXISTS main");
    new ParquetExtractor().run(step);
  }

  private void assertSame(String texts) throws Exception {
    assertThat(step.rows("SELECT column_name, column_type FROM (DESCRIBE main)"))
        .isEqualTo(step.rows("SELECT column_name, column_type FROM (DESCRIBE memory.main.in)"));
    String query = "SELECT i, " + texts + " FROM %s ORDER BY i";
    assertThat(step.rows(query.formatted("main")))
        .isEqualTo(step.rows(query.formatted("memory.main.in")));
    assertThat(Files.exists(folder.resolve(".t.parquet.part"))).isFalse();
  }

  private static String values(String type) {
    List<String> rows = new ArrayList<>();
    for (String value : SCALARS.get(type)) {
      rows.add("(%d, '%s')".formatted(rows.size(), value.replace("'", "''")));
    }
    rows.add("(%d, NULL)".formatted(rows.size()));
    return "SELECT i, t::VARCHAR::"
        + type
        + " AS v FROM (VALUES "
        + String.join(", ", rows)
        + ") t(i, t)";
  }
}
