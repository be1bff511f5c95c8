package dev.osiris.worker.drivers.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What type a column gets, and that no value changes by it. */
class CsvExtractorTypesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2 -3|BIGINT",
        "true False TRUE|BOOLEAN",
        "t f|VARCHAR",
        "0 1|BIGINT",
        "007 12|VARCHAR",
        "+5|VARCHAR",
        "1_000|VARCHAR",
        "0x1F|VARCHAR",
        "9223372036854775807|BIGINT",
        "9223372036854775808|HUGEINT",
        "123456789012345678901|HUGEINT",
        "1234567890123456789012345678901234567890|VARCHAR",
        "1 2.5|DOUBLE",
        "12.50 7.00|DOUBLE",
        ".5 -.25|DOUBLE",
        "5.|VARCHAR",
        "00.5|VARCHAR",
        "-0|DOUBLE",
        "1e5|VARCHAR",
        "1E+05 2|DOUBLE",
        "4.7939304E-4|DOUBLE",
        "1e+300 1e-07|DOUBLE",
        "1e+400|VARCHAR",
        "1.0e-400|VARCHAR",
        "0.30000000000000004|DOUBLE",
        "0.123456789012345678|VARCHAR",
        "12.340000000000000000|DOUBLE",
        "9007199254740992 0.5|DOUBLE",
        "9007199254740993 0.5|VARCHAR",
        "123456789012345680000 0.5|VARCHAR",
        "NaN 1.5|VARCHAR",
        "inf 1.5|VARCHAR",
        "1 true|VARCHAR",
        "2024-01-05|VARCHAR",
        "1,5|VARCHAR",
      })
  void column_getsTheNarrowestExactType(String values, String type) throws Exception {
    String text = "x;y\n" + values.replace(" ", ";k\n") + ";k\n";
    try (RecordingStepContext step = load("t.csv", text, "delimiter", ";")) {
      assertThat(step.types()).containsExactly("x " + type, "y VARCHAR");
    }
  }

  @Test
  void value_survives_whenTheTypeIsVarchar() throws Exception {
    try (RecordingStepContext step = load("t.csv", "a,b\n 1,01\n2 ,1\n")) {
      assertThat(step.types()).containsExactly("a VARCHAR", "b VARCHAR");
      assertThat(step.rows("FROM main")).containsExactly(List.of(" 1", "01"), List.of("2 ", "1"));
    }
  }

  @Test
  void emptyField_isNull_andQuotedEmptyIsTheEmptyText() throws Exception {
    try (RecordingStepContext step =
        load("t.csv", "a,b\n\"\",\nNA,\"NA\"\n", "na_values", List.of("NA", "-"))) {
      assertThat(step.rows("SELECT a, a IS NULL, b, b IS NULL FROM main").toString())
          .isEqualTo("[[, false, null, true], [null, true, NA, false]]");
    }
  }

  @Test
  void headerOnly_keepsColumns() throws Exception {
    try (RecordingStepContext step = load("t.csv", "id,select,größe\n")) {
      assertThat(step.types()).containsExactly("id VARCHAR", "select VARCHAR", "größe VARCHAR");
      assertThat(step.rows("SELECT count(*) FROM main")).containsExactly(List.of(0L));
    }
  }

  @Test
  void allNullColumn_isVarchar() throws Exception {
    try (RecordingStepContext step = load("t.csv", "a,b\n1,\n2,\n")) {
      assertThat(step.types()).containsExactly("a BIGINT", "b VARCHAR");
    }
  }

  @Test
  void wholeNumbers_widenToDouble_whenAFractionComesLate() throws Exception {
    StringBuilder text = new StringBuilder("id,v\n");
    for (int i = 0; i < 60_000; i++) {
      text.append(i).append(i == 50_001 ? ",2.5\n" : ",1\n");
    }
    try (RecordingStepContext step = load("t.csv", text.toString())) {
      assertThat(step.types()).containsExactly("id BIGINT", "v DOUBLE");
      assertThat(step.rows("SELECT sum(v), count(*) FROM main"))
          .containsExactly(List.of(60_001.5, 60_000L));
      assertThat(step.rows("SELECT id FROM main WHERE v = 2.5")).containsExactly(List.of(50_001L));
    }
  }

  @Test
  void wholeNumbers_becomeText_asTheyWereWritten_whenACodeComesLate() throws Exception {
    StringBuilder text = new StringBuilder("v\n");
    for (int i = 0; i < 30_000; i++) {
      text.append(i == 29_999 ? "007\n" : i + "\n");
    }
    try (RecordingStepContext step = load("t.csv", text.toString())) {
      assertThat(step.types()).containsExactly("v VARCHAR");
      assertThat(step.rows("SELECT v FROM main LIMIT 1 OFFSET 29999"))
          .containsExactly(List.of("007"));
    }
  }

  @Test
  void textAfterManyNulls_isKept() throws Exception {
    try (RecordingStepContext step = load("t.csv", afterNulls("word"))) {
      assertThat(step.types()).containsExactly("id BIGINT", "v VARCHAR");
      assertThat(step.rows("SELECT v FROM main WHERE v IS NOT NULL"))
          .containsExactly(List.of("word"));
    }
  }

  @Test
  void numberAfterManyNulls_isANumber_asIfItHadComeFirst() throws Exception {
    try (RecordingStepContext step = load("t.csv", afterNulls("12.50"))) {
      assertThat(step.types()).containsExactly("id BIGINT", "v DOUBLE");
      assertThat(step.rows("SELECT id, v FROM main WHERE v IS NOT NULL"))
          .containsExactly(List.of(60_000L, 12.5));
    }
  }

  private static String afterNulls(String value) {
    StringBuilder text = new StringBuilder("id,v\n");
    for (int i = 0; i < 60_000; i++) {
      text.append(i).append(",\n");
    }
    return text + "60000," + value + "\n";
  }

  @Test
  void parseDates_findsDatesAndTimestamps_whenTrue() throws Exception {
    String text =
        "d,t,m,z,n\n2024-01-05,2024-01-05 10:00:00,2024-01-05,2024-01-05T10:00:00+02:00,x\n"
            + "2024-02-29,2024-01-05T10:00:00.123456,2024-01-05 11:00,2024-01-05T10:00:00Z,2024-01-05\n";
    try (RecordingStepContext step = load("t.csv", text, "parse_dates", true)) {
      assertThat(step.types())
          .containsExactly(
              "d DATE", "t TIMESTAMP", "m TIMESTAMP", "z TIMESTAMP WITH TIME ZONE", "n VARCHAR");
      assertThat(step.rows("SELECT t::VARCHAR, z::VARCHAR FROM main LIMIT 1"))
          .containsExactly(List.of("2024-01-05 10:00:00", "2024-01-05 08:00:00+00"));
    }
  }

  @Test
  void nanoseconds_stayText() throws Exception {
    try (RecordingStepContext step =
        load("t.csv", "t,k\n2024-01-05 10:00:00.123456789,1\n", "parse_dates", true)) {
      assertThat(step.types()).containsExactly("t VARCHAR", "k BIGINT");
    }
  }

  @Test
  void parseDates_failsWithRowAndColumn_whenANamedColumnHoldsNoDate() {
    StepException thrown =
        failure("a,d\n1,2024-01-05\n2,2024-02-30\n", "parse_dates", List.of("d"));
    assertThat(thrown.failure().code()).isEqualTo(FailureCode.VALUE_INVALID);
    assertThat(thrown.failure().where().row()).isEqualTo(2);
    assertThat(thrown.failure().where().column()).isEqualTo("d");
    assertThat(thrown.getMessage()).doesNotContain("02-30");
  }

  @Test
  void parseDates_takesOwnFormats() throws Exception {
    try (RecordingStepContext step =
        load(
            "t.csv",
            "d,k\n05.01.2024,1\n",
            "parse_dates",
            List.of("d"),
            "date_format",
            "%d.%m.%Y")) {
      assertThat(step.types()).containsExactly("d DATE", "k BIGINT");
      assertThat(step.rows("SELECT d::VARCHAR FROM main")).containsExactly(List.of("2024-01-05"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BIGINT|BIGINT|007|7",
        "int64|BIGINT|2.0|2",
        "int|BIGINT|5|5",
        "int32|INTEGER|+5|5",
        "float|DOUBLE|1e5|100000.0",
        "str|VARCHAR|007|007",
        "DECIMAL(10,2)|DECIMAL(10,2)|12.5|12.50",
        "decimal(10, 2)|DECIMAL(10,2)|12.5000|12.50",
        "bool|BOOLEAN|t|true",
        "DATE|DATE|2024-01-05|2024-01-05",
        "TIME|TIME|10:00:00|10:00:00",
        "datetime64[ns]|TIMESTAMP|2024-01-05|2024-01-05 00:00:00",
        "UUID|UUID|00000000-0000-0000-0000-000000000001|00000000-0000-0000-0000-000000000001",
        "JSON|JSON|[1]|[1]",
      })
  void dtype_castsExactly(String word, String type, String value, String result) throws Exception {
    try (RecordingStepContext step =
        load("t.csv", "v,k\n" + value + ",1\n", "dtype", Map.of("v", word))) {
      assertThat(step.types()).containsExactly("v " + type, "k BIGINT");
      assertThat(step.rows("SELECT v::VARCHAR FROM main")).containsExactly(List.of(result));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BIGINT|2.5",
        "BIGINT|1e3",
        "BIGINT|1_000",
        "BIGINT|0x1F",
        "BIGINT|9223372036854775808",
        "int8|128",
        "DECIMAL(10,2)|1.005",
        "DECIMAL(4,2)|100.00",
        "DOUBLE|1e400",
        "DOUBLE|word",
        "DATE|2024-01-05 10:00:00",
        "DATE|2024-02-30",
        "TIMESTAMP|2024-01-05 10:00:00.123456789",
        "JSON|{",
      })
  void dtype_refusesWhatDoesNotFit_withoutTellingTheValue(String type, String value) {
    StringBuilder text = new StringBuilder("k,v\n");
    for (int i = 0; i < 9_000; i++) {
      text.append(i).append(",\n");
    }
    StepException thrown =
        failure(text + "9000," + value + "\n9001," + value + "\n", "dtype", Map.of("v", type));
    assertThat(thrown.failure().code()).isEqualTo(FailureCode.VALUE_INVALID);
    assertThat(thrown.failure().where().row()).isEqualTo(9_001);
    assertThat(thrown.failure().where().column()).isEqualTo("v");
    assertThat(thrown.failure().where().count()).isEqualTo(2);
    assertThat(thrown.failure().where().file()).endsWith("t.csv");
    // The folder's random number may hold any digits.
    assertThat(thrown.getMessage().replace(folder.toString(), ""))
        .doesNotContain(value)
        .contains("9001");
  }

  @Test
  void dtype_isRefused_whenTheTypeOrColumnIsUnknown() {
    assertThat(failure("a\n1\n", "dtype", Map.of("a", "BIGNIT")).failure().code())
        .isEqualTo(FailureCode.CONFIG_INVALID);
    StepException unknown = failure("amount\n1\n", "dtype", Map.of("Amount", "BIGINT"));
    assertThat(unknown.failure().code()).isEqualTo(FailureCode.COLUMN_UNKNOWN);
    assertThat(unknown.getMessage()).contains("did you mean 'amount'");
  }

  @Test
  void wideFile_isTyped_inASmallShareOfMemory() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int row = -1; row < 50; row++) {
      for (int i = 0; i < 2_000; i++) {
        String[] values = {"" + row * i, row + ".5", "t" + row, row < 0 ? "" : "0" + row};
        text.append(i == 0 ? "" : ",").append(row < 0 ? "c" + i : values[i % 4]);
      }
      text.append('\n');
    }
    try (RecordingStepContext step = load("t.csv", text.toString())) {
      assertThat(step.types())
          .hasSize(2_000)
          .contains("c4 BIGINT", "c5 DOUBLE", "c6 VARCHAR", "c1999 VARCHAR");
      assertThat(step.rows("SELECT sum(c4), sum(c5), max(c1999) FROM main").toString())
          .isEqualTo("[[4900, 1250.0, 09]]");
    }
  }

  private RecordingStepContext load(String name, String text, Object... config) throws Exception {
    Files.writeString(folder.resolve(name), text);
    return RecordingStepContext.extracted(folder, config(name, config));
  }

  private StepException failure(String text, Object... config) {
    return catchThrowableOfType(StepException.class, () -> load("t.csv", text, config).close());
  }

  private static Map<String, Object> config(String path, Object... pairs) {
    Map<String, Object> config = new LinkedHashMap<>(Map.of("path", path));
    for (int i = 0; i < pairs.length; i += 2) {
      config.put((String) pairs[i], pairs[i + 1]);
    }
    return config;
  }
}
