package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.driver.RowReader;
import dev.osiris.failure.FailureCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that a driver reads in place, against what DuckDB itself says of them. */
class RowReadTest {

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

  private interface Get {
    Object get(RowReader reader, int row);
  }

  private static Arguments value(String sql, Get get, Object expected) {
    return Arguments.of(sql, get, expected);
  }

  static Stream<Arguments> values() {
    Get number = (reader, row) -> reader.getLong(0, row);
    Get words = (reader, row) -> List.of(reader.getHigh(0, row), reader.getLow(0, row));
    Get real = (reader, row) -> reader.getDouble(0, row);
    Get text = (reader, row) -> new String(bytes(reader, row), StandardCharsets.UTF_8);
    Get bytes = (reader, row) -> HexFormat.of().formatHex(bytes(reader, row));
    return Stream.of(
        value("true", (reader, row) -> reader.getBoolean(0, row), true),
        value("'-128'::TINYINT", number, -128L),
        value("255::UTINYINT", number, 255L),
        value("'-32768'::SMALLINT", number, -32768L),
        value("65535::USMALLINT", number, 65535L),
        value("'-2147483648'::INTEGER", number, -2147483648L),
        value("4294967295::UINTEGER", number, 4294967295L),
        value("'-9223372036854775808'::BIGINT", number, Long.MIN_VALUE),
        value("18446744073709551615::UBIGINT", number, -1L),
        value("(-1)::HUGEINT", words, List.of(-1L, -1L)),
        value("18446744073709551616::HUGEINT", words, List.of(1L, 0L)),
        value("-999.9::DECIMAL(4,1)", number, -9999L),
        value("-1.5::DECIMAL(9,2)", number, -150L),
        value("123.4567::DECIMAL(18,4)", number, 1234567L),
        value("-0.01::DECIMAL(38,2)", words, List.of(-1L, -1L)),
        value("1.5::FLOAT", real, 1.5),
        value("'nan'::DOUBLE", real, Double.NaN),
        value("DATE '1969-12-31'", number, -1L),
        value("'infinity'::DATE", number, (long) Integer.MAX_VALUE),
        value("TIME '24:00:00'", number, 86_400_000_000L),
        value("TIMESTAMP '1969-12-31 23:59:59.999999'", number, -1L),
        value("TIMESTAMPTZ '2023-11-14 23:13:20.123456+01'", number, 1_700_000_000_123_456L),
        value("TIMESTAMP_NS '1970-01-01 00:00:00.000000001'", number, 1L),
        value("'-infinity'::TIMESTAMP", number, -Long.MAX_VALUE),
        value("UUID '00000000-0000-0000-0000-000000000001'", words, List.of(Long.MIN_VALUE, 1L)),
        value(
            "INTERVAL '14 months -3 days 1 microsecond'", words, List.of(1L, (long) -3 << 32 | 14)),
        value("''", text, ""),
        value("'twelve bytes'", text, "twelve bytes"),
        value("'thirteen byte'", text, "thirteen byte"),
        value("repeat('größe 😀', 100000)", text, "größe 😀".repeat(100000)),
        value("'{\"a\": 1}'::JSON", text, "{\"a\": 1}"),
        value("'\\x00\\xFFabc'::BLOB", bytes, "00ff616263"));
  }

  private static byte[] bytes(RowReader reader, int row) {
    byte[] bytes = new byte[reader.length(0, row) + 1];
    reader.copy(0, row, bytes, 1);
    return java.util.Arrays.copyOfRange(bytes, 1, bytes.length);
  }

  @ParameterizedTest
  @MethodSource("values")
  void read_givesValueAndNull_ofEachType(String sql, Get get, Object expected) throws Exception {
    sandbox.step(
        "a",
        List.of(),
        database -> {
          String query =
              "SELECT CASE WHEN i <> 1 THEN x END AS x FROM (SELECT "
                  + sql
                  + " AS x), range(3) r(i)";
          try (RowReader reader = database.read(query + " ORDER BY i")) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.rows()).isEqualTo(3);
            assertThat(reader.isNull(0, 0)).isFalse();
            assertThat(reader.isNull(0, 1)).isTrue();
            assertThat(get.get(reader, 0)).isEqualTo(expected);
            assertThat(get.get(reader, 2)).isEqualTo(expected);
            assertThat(reader.next()).isFalse();
          }
        });
  }

  @Test
  void read_givesAllRowsOfInput_inBatches() throws Exception {
    var a = sandbox.sql("a", "SELECT i, 'value ' || i AS s FROM range(100001) r(i)");
    sandbox.step(
        "b",
        List.of(a),
        database -> {
          long rows = 0;
          try (RowReader reader = database.read("SELECT i, s FROM a")) {
            assertThat(reader.columns()).extracting("name").containsExactly("i", "s");
            while (reader.next()) {
              for (int row = 0; row < reader.rows(); row++, rows++) {
                assertThat(reader.getLong(0, row)).isEqualTo(rows);
                assertThat(reader.length(1, row)).isEqualTo(("value " + rows).length());
              }
            }
          }
          assertThat(rows).isEqualTo(100_001);
        });
  }

  @Test
  void read_refusesTypes_thatAreNotReadInPlace() throws Exception {
    var failure =
        Sandbox.failure(
                FailureCode.TYPE_UNSUPPORTED,
                () -> sandbox.step("a", List.of(), database -> database.read("SELECT [1] AS list")))
            .failure();
    assertThat(failure.where().column()).isEqualTo("list");
  }

  @Test
  void read_saysWhatFails_whileRowsAreRead() throws Exception {
    sandbox.step(
        "a",
        List.of(),
        database -> {
          try (RowReader reader =
              database.read(
                  "SELECT CAST(CASE WHEN i = 2900000 THEN 'x' ELSE '1' END AS INTEGER)"
                      + " FROM range(3000000) r(i)")) {
            SQLException failed = null;
            while (failed == null) {
              try {
                assertThat(reader.next()).isTrue();
              } catch (SQLException e) {
                failed = e;
              }
            }
            assertThat(failed.getMessage()).contains("\"Conversion\"");
          }
        });
  }
}
