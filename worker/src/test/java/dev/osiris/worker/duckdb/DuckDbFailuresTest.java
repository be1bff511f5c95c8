package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DuckDbFailuresTest {

  /** In every row of the input; must be in no failure. */
  private static final String CANARY = "canary4711";

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

  private StepException fail(FailureCode code, String query) throws Exception {
    var a =
        sandbox.sql(
            "a", "SELECT range AS i, '" + CANARY + "' AS s, 4711::BIGINT AS n FROM range(10)");
    return Sandbox.failure(code, () -> sandbox.sql("b", query, a));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT s::INTEGER AS x FROM a",
        "SELECT s::DATE AS x FROM a",
        "SELECT s::DECIMAL(5,2) AS x FROM a",
        "SELECT s::UUID AS x FROM a",
        "SELECT s::JSON AS x FROM a",
        "SELECT (n * 100)::TINYINT AS x FROM a",
        "SELECT n + 9223372036854775807 AS x FROM a",
        "SELECT strptime(s, '%Y') AS x FROM a",
        "SELECT unhex(s) AS x FROM a",
        "SELECT (SELECT s FROM a) AS x",
        "SELECT s::ENUM('b') AS x FROM a",
        "SELECT map([s, s], [1, 2]) AS x FROM a",
        "SELECT date_part(s, TIMESTAMP '2001-01-01') AS x FROM a",
        "SELECT regexp_matches('x', s || '(') AS x FROM a",
        "SELECT chr((n * 1000000)::INTEGER) AS x FROM a",
        "SELECT list_aggregate([1], s) AS x FROM a",
        "SELECT json_extract('{}', '$[' || s) AS x FROM a",
        "SELECT s::INTEGER[] AS x FROM a",
        "SELECT [1, 2][s::INTEGER] AS x FROM a",
        "SELECT timezone(s, now()) AS x FROM a",
        "SELECT s::INTERVAL AS x FROM a",
        "SELECT date_trunc(s, DATE '2001-01-01') AS x FROM a",
        "SELECT printf(s || '%d', s) AS x FROM a",
        "SELECT format('{:d}', s) AS x FROM a",
        "SELECT i FROM a WHERE s::INTEGER = 1",
        "SELECT max(s)::INTEGER AS x FROM a GROUP BY i HAVING max(s)::INTEGER > 1",
        "SELECT i FROM a LIMIT (SELECT max(s)::INTEGER FROM a)",
        "SELECT * FROM range((SELECT max(s)::BIGINT FROM a))"
      })
  void failure_holdsNoValueOfRow(String query) throws Exception {
    var a =
        sandbox.sql(
            "a", "SELECT range AS i, '" + CANARY + "' AS s, 4711::BIGINT AS n FROM range(10)");
    StepException thrown =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            StepException.class, () -> sandbox.sql("b", query, a));
    if (thrown != null) {
      assertThat(thrown.failure().toString()).doesNotContain("4711");
      assertThat(thrown.getMessage()).doesNotContain("4711");
      assertThat(thrown.failure().code())
          .isIn(FailureCode.SQL_VALUE, FailureCode.SQL_UNRESOLVED, FailureCode.SQL_REFUSED);
    }
  }

  @Test
  void engineText_keepsWhatDuckDbSaid_forTheSandboxOnly() throws Exception {
    StepException thrown = fail(FailureCode.SQL_VALUE, "SELECT s::INTEGER AS x\nFROM a");
    assertThat(DuckDbFailures.engineText(thrown)).get().asString().contains(CANARY);
    assertThat(thrown.failure().where().line()).isEqualTo(1);
  }

  static Stream<Arguments> places() {
    return Stream.of(
        Arguments.of(FailureCode.SQL_SYNTAX, "SELECT i\nFROM a\nWHERE AND", 3L, "AND"),
        Arguments.of(FailureCode.SQL_UNRESOLVED, "SELECT i,\n  nope\nFROM a", 2L, "nope"),
        Arguments.of(FailureCode.SQL_UNRESOLVED, "SELECT '😀' AS g, nope FROM a", 1L, "column 18"),
        Arguments.of(FailureCode.SQL_UNRESOLVED, "SELECT i + [1] AS x FROM a", 1L, "INTEGER[]"),
        Arguments.of(FailureCode.SQL_UNRESOLVED, "SELECT i FROM\n nope", 2L, "nope"));
  }

  @ParameterizedTest
  @MethodSource("places")
  void failure_saysWhereAndWhat(FailureCode code, String query, long line, String word)
      throws Exception {
    Failure failure = fail(code, query).failure();
    assertThat(failure.where().line()).isEqualTo(line);
    assertThat(failure.message()).contains(word);
  }

  static Stream<Arguments> recorded() {
    return Stream.of(
        Arguments.of(
            FailureCode.DISK_FULL,
            "{\"exception_type\":\"IO\",\"exception_message\":\"Could not write to file"
                + " \\\"/x\\\": No space left on device\",\"errno\":\"28\"}"),
        Arguments.of(
            FailureCode.DISK_FULL,
            "{\"exception_type\":\"IO\",\"exception_message\":\"Could not write all bytes to file"
                + " \\\"/x\\\": wanted=9 wrote=0: No space left on device\"}"),
        Arguments.of(
            FailureCode.STORAGE_VERSION,
            "{\"exception_type\":\"IO\",\"exception_message\":\"Trying to read a database file"
                + " with version number 99, but we can only read versions between 64 and 67.\"}"),
        Arguments.of(
            FailureCode.SQL_REFUSED,
            "Invalid Input Error: Attempting to execute an unsuccessful or closed pending query"
                + " result\nError: {\"exception_type\":\"Permission\",\"exception_message\":\"x\"}"),
        Arguments.of(
            FailureCode.INTERNAL_ERROR,
            "{\"exception_type\":\"INTERNAL\",\"exception_message\":\"" + CANARY + "\"}"));
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void failure_followsTypeOfEngine_forErrorsHardToProvoke(FailureCode code, String message) {
    Failure failure =
        ((StepException) DuckDbFailures.of(new SQLException(message), Sandbox.SHARE).orElseThrow())
            .failure();
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.toString()).doesNotContain("4711");
  }

  @Test
  void of_isEmpty_whenExceptionIsOfAnotherDatabase() {
    for (String message : List.of("Communications link failure", "{\"json\": true}", "")) {
      assertThat(DuckDbFailures.of(new SQLException(message), Sandbox.SHARE)).isEmpty();
    }
  }
}
