package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every type of DuckDB, its extremes and NULL, from step to step in both ways. */
class TypeMatrixTest {

  /** Name, type, and values as SQL; NULL is added to each. */
  private record Values(String type, String... literals) {}

  private static final List<Values> MATRIX =
      List.of(
          new Values("BOOLEAN", "true", "false"),
          new Values("TINYINT", "-128", "127"),
          new Values("SMALLINT", "-32768", "32767"),
          new Values("INTEGER", "-2147483648", "2147483647"),
          new Values("BIGINT", "-9223372036854775808", "9223372036854775807"),
          new Values(
              "HUGEINT",
              "'-170141183460469231731687303715884105728'",
              "170141183460469231731687303715884105727"),
          new Values("UTINYINT", "0", "255"),
          new Values("USMALLINT", "0", "65535"),
          new Values("UINTEGER", "0", "4294967295"),
          new Values("UBIGINT", "0", "18446744073709551615"),
          new Values("UHUGEINT", "0", "340282366920938463463374607431768211455"),
          new Values("FLOAT", "'-3.4028235e38'", "'1.4e-45'", "'nan'", "'inf'", "'-0.0'"),
          new Values("DOUBLE", "'1.7976931348623157e308'", "'5e-324'", "'nan'", "'-inf'"),
          new Values("DECIMAL(4,1)", "-999.9", "999.9"),
          new Values("DECIMAL(9,9)", "0.123456789"),
          new Values("DECIMAL(18,3)", "999999999999999.999"),
          new Values(
              "DECIMAL(38,10)", "'-9999999999999999999999999999.9999999999'", "'0.0000000001'"),
          new Values("VARCHAR", "''", "'größe 😀'", "chr(10) || chr(9)", "repeat('x', 70000)"),
          new Values("BLOB", "''", "'\\x00\\xFF\\x0A'", "repeat('y', 300000)::BLOB"),
          new Values(
              "DATE", "'5877642-06-25 (BC)'", "'5881580-07-10'", "'infinity'", "'-infinity'"),
          new Values("TIME", "'00:00:00'", "'23:59:59.999999'", "'24:00:00'"),
          new Values("TIME WITH TIME ZONE", "'00:00:00+15:59:59'", "'23:59:59.999999-15:59:59'"),
          new Values("TIME_NS", "'23:59:59.999999999'"),
          new Values(
              "TIMESTAMP",
              "'290309-12-22 (BC) 00:00:00'",
              "'294247-01-10 04:00:54.775806'",
              "'infinity'"),
          new Values("TIMESTAMP_S", "'1969-12-31 23:59:59'", "'290308-12-22 (BC) 00:00:00'"),
          new Values("TIMESTAMP_MS", "'1969-12-31 23:59:59.999'"),
          new Values("TIMESTAMP_NS", "'1677-09-22 00:00:00'", "'2262-04-11 23:47:16.854775806'"),
          new Values(
              "TIMESTAMP WITH TIME ZONE",
              "'2000-01-01 00:00:00.000001+00'",
              "'294247-01-10 04:00:54.775806+00'",
              "'-infinity'"),
          new Values("INTERVAL", "'-83333333 years'", "'1 month -1 day 00:00:00.000001'"),
          new Values(
              "UUID",
              "'00000000-0000-0000-0000-000000000000'",
              "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
          new Values("BIT", "'0'", "'10101010101010101010'"),
          new Values("BIGNUM", "'123456789012345678901234567890123456789012345678901234567890'"),
          new Values("JSON", "'{\"a\": [1, 2.50, null], \"ü\": \"x\"}'", "'null'"),
          new Values("ENUM('a', 'ü b', 'it''s')", "'a'", "'it''s'"),
          new Values("INTEGER[]", "[]", "[1, NULL, 3]"),
          new Values("VARCHAR[][]", "[['a'], NULL, []]"),
          new Values("INTEGER[3]", "[1, NULL, 3]"),
          new Values(
              "STRUCT(a INTEGER, \"b c\" STRUCT(d DECIMAL(5,2)[]))",
              "{'a': NULL, 'b c': {'d': [1.25, NULL]}}"),
          new Values("MAP(VARCHAR, TIMESTAMP)", "MAP {'k': TIMESTAMP '2001-01-01', 'l': NULL}"),
          new Values("UNION(num INTEGER, str VARCHAR)", "5", "'five'"));

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
  void everyType_survivesSqlAndOpen_valueByValue() throws Exception {
    var first =
        sandbox.step(
            "first",
            List.of(),
            database -> {
              try (Statement statement = database.open().createStatement()) {
                for (int index = 0; index < MATRIX.size(); index++) {
                  statement.execute(table(index));
                }
              }
            });
    assertThat(first.tables()).hasSize(MATRIX.size());

    var second =
        sandbox.step(
            "second",
            List.of(first),
            database -> {
              for (int index = 0; index < MATRIX.size(); index++) {
                database.sql(name(index), "SELECT * FROM \"first\"." + name(index));
              }
            });
    var third =
        sandbox.step(
            "third",
            List.of(second),
            database -> {
              try (Statement statement = database.open().createStatement()) {
                for (int index = 0; index < MATRIX.size(); index++) {
                  statement.execute(
                      "CREATE TABLE out_" + index + " AS FROM \"second\"." + name(index));
                }
              }
            });

    assertThat(second.tables()).isEqualTo(first.tables());
    for (int index = 0; index < MATRIX.size(); index++) {
      Values values = MATRIX.get(index);
      List<List<Object>> expected = texts(first.file(), name(index));
      assertThat(expected).as(values.type()).hasSize(values.literals().length + 1);
      assertThat(texts(second.file(), name(index))).as(values.type()).isEqualTo(expected);
      assertThat(texts(third.file(), "out_" + index)).as(values.type()).isEqualTo(expected);
      assertThat(equalRows(first.file(), second.file(), name(index)))
          .as(values.type())
          .isEqualTo(values.literals().length + 1L);
    }
  }

  private static String name(int index) {
    return "t" + (100 + index);
  }

  private static String table(int index) {
    Values values = MATRIX.get(index);
    List<String> rows = new ArrayList<>();
    for (String literal : values.literals()) {
      rows.add("(CAST(" + literal + " AS " + values.type() + "))");
    }
    rows.add("(NULL)");
    return "CREATE TABLE "
        + name(index)
        + " AS SELECT v::"
        + values.type()
        + " AS v, v IS NULL AS n"
        + " FROM (VALUES "
        + String.join(", ", rows)
        + ") AS t(v)";
  }

  private static List<List<Object>> texts(Path file, String table) throws Exception {
    return Sandbox.rows(file, "SELECT v::VARCHAR, n, typeof(v) FROM " + table);
  }

  /** DuckDB's own idea of equality, so that no text hides a difference. */
  private static long equalRows(Path left, Path right, String table) throws Exception {
    return (Long)
        Sandbox.rows(
                left,
                "ATTACH "
                    + Sql.path(right)
                    + " AS r (READ_ONLY); SELECT count(*) FROM f.main."
                    + table
                    + " AS a POSITIONAL JOIN r.main."
                    + table
                    + " AS b WHERE a.v IS NOT DISTINCT FROM b.v")
            .getFirst()
            .getFirst();
  }
}
