package dev.osiris.worker.drivers.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.worker.drivers.parquet.DuckDbType.ArrayOf;
import dev.osiris.worker.drivers.parquet.DuckDbType.Enumeration;
import dev.osiris.worker.drivers.parquet.DuckDbType.Field;
import dev.osiris.worker.drivers.parquet.DuckDbType.ListOf;
import dev.osiris.worker.drivers.parquet.DuckDbType.Scalar;
import dev.osiris.worker.drivers.parquet.DuckDbType.Struct;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DuckDbTypeTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INTEGER",
        "DECIMAL(18,3)",
        "TIMESTAMP WITH TIME ZONE",
        "TIME WITH TIME ZONE[]",
        "GEOMETRY('it''s')",
        "INTEGER[3][][2]",
        "MAP(VARCHAR, MAP(DATE, BLOB[]))",
        "ENUM('', 'a', 'b''c', ', ) \"', '🦆')",
        "STRUCT(\"a \"\"b\" INTEGER, \"ENUM\" STRUCT(\"\" JSON))",
        "UNION(\"name\" VARCHAR, \"x\" UNION(\"y\" BIT)[])"
      })
  void parse_andSql_areInverse(String text) {
    assertThat(DuckDbType.parse(text).sql()).isEqualTo(text);
  }

  @Test
  void parse_buildsTheTree() {
    DuckDbType type = DuckDbType.parse("STRUCT(a ENUM('x','y')[2], \"B c\" DECIMAL(4, 1)[])");

    assertThat(type)
        .isEqualTo(
            new Struct(
                List.of(
                    new Field("a", new ArrayOf(new Enumeration(List.of("x", "y")), 2)),
                    new Field("B c", new ListOf(new Scalar("DECIMAL", "4", "1"))))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "INTEGER[",
        "INTEGER[x]",
        "INTEGER[99999999999]",
        "STRUCT()",
        "STRUCT(a)",
        "STRUCT(UTINYINT, VARCHAR)",
        "ENUM('a",
        "ENUM(a)",
        "MAP(INTEGER)",
        "INTEGER); DROP TABLE x; --",
        "DECIMAL(18,3",
        "\"quoted\""
      })
  void parse_refuses_whatNoColumnCanHave(String text) {
    assertThatThrownBy(() -> DuckDbType.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void parse_refuses_endlessNesting() {
    String text = "MAP(INTEGER, ".repeat(100_000) + "INTEGER";

    assertThatThrownBy(() -> DuckDbType.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deeper");
  }

  @Test
  void sql_isUnderstoodByDuckDb_forAllThatItPrints() throws Exception {
    try (RecordingStepContext step = new RecordingStepContext(folder)) {
      step.execute(
          "CREATE TABLE everything AS SELECT * FROM test_all_types(use_large_enum = true)");
      List<String> printed = step.rows("SELECT column_type FROM (DESCRIBE everything)");
      StringBuilder columns = new StringBuilder("i INTEGER");
      for (String text : printed) {
        columns.append(", c").append(columns.length()).append(' ');
        columns.append(DuckDbType.parse(text).sql());
      }
      step.execute("CREATE TABLE again (" + columns + ")");

      assertThat(printed).hasSizeGreaterThan(50);
      assertThat(step.rows("SELECT column_type FROM (DESCRIBE again)"))
          .endsWith(printed.toArray(String[]::new));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INTEGER | BIGINT | BIGINT",
        "TINYINT | UTINYINT | SMALLINT",
        "UBIGINT | BIGINT | HUGEINT",
        "UINTEGER | USMALLINT | UINTEGER",
        "INTEGER | DOUBLE | DOUBLE",
        "SMALLINT | FLOAT | FLOAT",
        "INTEGER | FLOAT | DOUBLE",
        "FLOAT | DOUBLE | DOUBLE",
        "DECIMAL(10,2) | DECIMAL(9,4) | DECIMAL(12,4)",
        "BIGINT | DECIMAL(5,2) | DECIMAL(21,2)",
        "VARCHAR | ENUM('a') | VARCHAR",
        "ENUM('b') | ENUM('a') | VARCHAR",
        "JSON | VARCHAR | VARCHAR",
        "TIMESTAMP_S | TIMESTAMP | TIMESTAMP",
        "INTEGER[] | BIGINT[] | BIGINT[]",
        "STRUCT(a INTEGER, b DATE) | STRUCT(a BIGINT, b DATE) | STRUCT(\"a\" BIGINT, \"b\" DATE)",
        "MAP(VARCHAR, INTEGER) | MAP(VARCHAR, DOUBLE) | MAP(VARCHAR, DOUBLE)",
      })
  void wider_holdsBoth(String left, String right, String both) {
    DuckDbType a = DuckDbType.parse(left);
    DuckDbType b = DuckDbType.parse(right);

    assertThat(WiderType.of(a, b).map(DuckDbType::sql)).contains(both);
    assertThat(WiderType.of(b, a).map(DuckDbType::sql)).contains(both);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BIGINT | DOUBLE",
        "BIGINT | FLOAT",
        "HUGEINT | UHUGEINT",
        "DECIMAL(18,3) | DOUBLE",
        "DECIMAL(38,0) | DECIMAL(38,1)",
        "HUGEINT | DECIMAL(38,0)",
        "INTEGER | VARCHAR",
        "BOOLEAN | INTEGER",
        "DATE | TIMESTAMP",
        "TIMESTAMP | TIMESTAMP_NS",
        "TIMESTAMP | TIMESTAMP WITH TIME ZONE",
        "INTEGER[] | INTEGER",
        "STRUCT(a INTEGER) | STRUCT(b INTEGER)",
        "STRUCT(a INTEGER) | STRUCT(a INTEGER, b INTEGER)",
      })
  void wider_isNone_whenNothingHoldsBothExactly(String left, String right) {
    DuckDbType a = DuckDbType.parse(left);
    DuckDbType b = DuckDbType.parse(right);

    assertThat(WiderType.of(a, b)).isEmpty();
    assertThat(WiderType.of(b, a)).isEmpty();
  }
}
