package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.MariaDbServer;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.StepSucceeded;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type of MariaDB at its extremes, through {@code mysql.extractor}. */
@ExtendWith(LeakCheck.class)
class MySqlTypesIT {

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static Database database;
  private static MySqlSteps steps;
  private static WorkerProcess worker;
  private static RawSession session;

  /**
   * A column of MariaDB with a value, and what it is afterwards.
   *
   * @param column its type
   * @param value expression that is inserted
   * @param type in DuckDB
   * @param text the value as DuckDB writes it; {@code error} when the step must stop
   */
  record Case(String column, String value, String type, String text) {
    @Override
    public String toString() {
      return column + " " + value;
    }
  }

  private static Case of(String column, String value, String type, String text) {
    return new Case(column, value, type, text);
  }

  static List<Case> values() {
    return List.of(
        of("tinyint", "-128", "TINYINT", "-128"),
        of("tinyint unsigned", "255", "UTINYINT", "255"),
        of("tinyint(1)", "7", "TINYINT", "7"),
        of("boolean", "true", "TINYINT", "1"),
        of("smallint", "-32768", "SMALLINT", "-32768"),
        of("smallint unsigned", "65535", "USMALLINT", "65535"),
        of("mediumint", "-8388608", "INTEGER", "-8388608"),
        of("mediumint unsigned", "16777215", "UINTEGER", "16777215"),
        of("int", "-2147483648", "INTEGER", "-2147483648"),
        of("int unsigned", "4294967295", "UINTEGER", "4294967295"),
        of("int(5) zerofill", "42", "UINTEGER", "42"),
        of("bigint", "-9223372036854775808", "BIGINT", "-9223372036854775808"),
        of("bigint unsigned", "18446744073709551615", "UBIGINT", "18446744073709551615"),
        of("float", "3.4028235e38", "FLOAT", "3.4028235e+38"),
        of("float", "0.1", "FLOAT", "0.1"),
        of("double", "4.9406564584124654e-324", "DOUBLE", "5e-324"),
        of("double", "-1.7976931348623157e308", "DOUBLE", "-1.7976931348623157e+308"),
        of("decimal(5,2)", "-999.99", "DECIMAL(5,2)", "-999.99"),
        of("decimal(18,18)", "0.000000000000000001", "DECIMAL(18,18)", ".000000000000000001"),
        of("decimal(12,0) unsigned", "999999999999", "DECIMAL(12,0)", "999999999999"),
        of("decimal(19,4)", "-123456789012345.6789", "DECIMAL(19,4)", "-123456789012345.6789"),
        of(
            "decimal(38,0)",
            "99999999999999999999999999999999999999",
            "DECIMAL(38,0)",
            "99999999999999999999999999999999999999"),
        of("decimal(38,10)", "-0.0000000001", "DECIMAL(38,10)", "-0.0000000001"),
        of("decimal(38,20)", "0", "DECIMAL(38,20)", "0.00000000000000000000"),
        of(
            "decimal(65,30)",
            "12345678.5",
            "DECIMAL(38,30)",
            "12345678.500000000000000000000000000000"),
        of("decimal(65,30)", "123456789", "DECIMAL(38,30)", "error"),
        of("decimal(65,0)", "1" + "0".repeat(64), "DECIMAL(38,0)", "error"),
        of("bit(1)", "b'1'", "BIT", "1"),
        of("bit(11)", "b'00100000001'", "BIT", "00100000001"),
        of("bit(64)", "0xFFFFFFFFFFFFFFFE", "BIT", "1".repeat(63) + "0"),
        of("date", "'9999-12-31'", "DATE", "9999-12-31"),
        of("date", "'0001-01-01'", "DATE", "0001-01-01"),
        of("date", "'2000-02-29'", "DATE", "2000-02-29"),
        of("date", "'1900-03-01'", "DATE", "1900-03-01"),
        of("date", "'0000-00-00'", "DATE", "error"),
        of("date", "'2020-00-10'", "DATE", "error"),
        of("datetime", "'1969-12-31 23:59:59'", "TIMESTAMP", "1969-12-31 23:59:59"),
        of(
            "datetime(6)",
            "'9999-12-31 23:59:59.999999'",
            "TIMESTAMP",
            "9999-12-31 23:59:59.999999"),
        of(
            "datetime(6)",
            "'1000-01-01 00:00:00.000001'",
            "TIMESTAMP",
            "1000-01-01 00:00:00.000001"),
        of("datetime", "'2024-05-06'", "TIMESTAMP", "2024-05-06 00:00:00"),
        of("datetime", "'0000-00-00'", "TIMESTAMP", "error"),
        of(
            "timestamp(6)",
            "'2038-01-19 03:14:07.999999'",
            "TIMESTAMP WITH TIME ZONE",
            "2038-01-19 03:14:07.999999+00"),
        of("timestamp", "'0000-00-00'", "TIMESTAMP WITH TIME ZONE", "error"),
        of("time(6)", "'838:59:59.999999'", "INTERVAL", "838:59:59.999999"),
        of("time(6)", "'-838:59:59.999999'", "INTERVAL", "-838:59:59.999999"),
        of("time", "'00:00:00'", "INTERVAL", "00:00:00"),
        of("time(1)", "'-00:00:00.1'", "INTERVAL", "-00:00:00.1"),
        of("time", "'23:59:59'", "INTERVAL", "23:59:59"),
        of("year", "2155", "SMALLINT", "2155"),
        of("year", "0", "SMALLINT", "0"),
        of("char(4)", "'ab'", "VARCHAR", "ab"),
        of("varchar(20)", "''", "VARCHAR", ""),
        of("varchar(20)", "'größe 😀'", "VARCHAR", "größe 😀"),
        of("varchar(20) CHARACTER SET latin1", "'größe'", "VARCHAR", "größe"),
        of("text CHARACTER SET utf16", "'größe 😀'", "VARCHAR", "größe 😀"),
        of("longtext", "REPEAT('ab', 40000)", "VARCHAR", "80000"),
        of("varchar(3) COLLATE utf8mb4_bin", "'aB'", "VARCHAR", "aB"),
        of("binary(3)", "'a'", "BLOB", "a\\x00\\x00"),
        of("varbinary(9)", "0x00FF5C27", "BLOB", "\\x00\\xFF\\x5C\\x27"),
        of("longblob", "''", "BLOB", ""),
        of("json", "'{\"a\":  1.0}'", "JSON", "{\"a\":  1.0}"),
        of("enum('', 'it''s', 'größe')", "'größe'", "VARCHAR", "größe"),
        of("set('a', 'b', 'c')", "'c,a'", "VARCHAR", "a,c"),
        of(
            "uuid",
            "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
            "UUID",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        of("inet6", "'2001:db8::ff00:42:8329'", "VARCHAR", "2001:db8::ff00:42:8329"),
        of("inet4", "'10.1.2.3'", "VARCHAR", "10.1.2.3"),
        of(
            "point",
            "ST_GeomFromText('POINT(1 2)', 4326)",
            "BLOB",
            "\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\xF0?\\x00\\x00\\x00\\x00\\x00\\x00\\x00@"));
  }

  @BeforeAll
  static void open() throws Exception {
    database = MariaDbServer.shared().newDatabase();
    steps = new MySqlSteps(database);
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "mysql", folder);
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    worker.close();
    database.close();
  }

  @ParameterizedTest
  @MethodSource("values")
  void value_isKept_orTheStepSaysWhichIsNot(Case value) throws Exception {
    String id = table("v " + value.column() + " NULL", value.value());
    var step = steps.extract(id, "{\"table\": \"" + id + "\", \"columns\": [\"v\"]}");
    if (value.text().equals("error")) {
      Failure failure = session.fail(step).getFailure();
      assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_VALUE_INVALID);
      assertThat(failure.getLocation().getColumn()).isEqualTo("v");
      assertThat(failure.getLocation().getRow()).isEqualTo(2);
      assertThat(failure.getAdvice()).isNotEmpty();
      return;
    }
    StepSucceeded read = session.succeed(step);
    assertThat(read.getOutputs().getTables(0).getColumns(0).getType()).isEqualTo(value.type());
    String text =
        value.column().equals("longtext") ? "CAST(len(v) AS VARCHAR)" : "CAST(v AS VARCHAR)";
    assertThat(session.query("SELECT " + text + " FROM \"" + id + "\" WHERE v IS NOT NULL"))
        .containsExactly(List.of(value.text()));
    assertThat(session.query("SELECT count(*) FROM \"" + id + "\" WHERE v IS NULL"))
        .containsExactly(List.of("1"));
  }

  @ParameterizedTest
  @CsvSource({"text, VARCHAR", "double, DOUBLE"})
  void longDecimal_isTextOrDouble_onRequest(String choice, String type) throws Exception {
    String id = table("v decimal(65,0) NOT NULL", "1" + "0".repeat(20));
    StepSucceeded read =
        session.succeed(
            steps.extract(id, Json.object("table", id, "where", "n = 2", "numeric", choice)));
    assertThat(read.getOutputs().getTables(0).getColumns(1).getType()).isEqualTo(type);
    assertThat(session.query("SELECT CAST(v AS DOUBLE) = 1e20 FROM \"" + id + "\""))
        .containsExactly(List.of("true"));
  }

  @Test
  void zeroDate_isNull_onRequest_alsoWhereTheServerKnowsNoNull() throws Exception {
    String id = table("v datetime NOT NULL", "'2020-00-10'");
    session.succeed(steps.extract(id, Json.object("table", id, "zero_dates", "null")));
    assertThat(session.query("SELECT n FROM \"" + id + "\" WHERE v IS NULL ORDER BY n"))
        .contains(List.of("2"));
  }

  @Test
  void tinyint1_isBoolean_onRequest() throws Exception {
    String id = table("v tinyint(1), w tinyint", "2, 2");
    session.succeed(
        steps.extract(
            id, "{\"table\": \"" + id + "\", \"tinyint1_as_bool\": true, \"where\": \"n = 2\"}"));
    assertThat(session.query("SELECT v, w FROM \"" + id + "\""))
        .containsExactly(List.of("true", "2"));
  }

  @Test
  void geometry_isText_onRequest() throws Exception {
    String id = "g" + NEXT.incrementAndGet();
    session.succeed(
        steps.extract(
            id,
            Json.object(
                "query",
                "SELECT ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1.5 -2),POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1)))') AS g"
                    + " UNION ALL SELECT ST_GeomFromText('MULTIPOINT(1 2,3 4)')",
                "geometry",
                "text")));
    assertThat(session.query("SELECT g FROM \"" + id + "\""))
        .containsExactly(
            List.of(
                "GEOMETRYCOLLECTION(POINT(1.5 -2),POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1)))"),
            List.of("MULTIPOINT((1 2),(3 4))"));
  }

  @Test
  void textWithNul_isKept() {
    String id = "t" + NEXT.incrementAndGet();
    session.succeed(
        steps.extract(
            id, Json.object("query", "SELECT CONCAT('a', CHAR(0 USING utf8mb4), 'b') AS v")));
    assertThat(session.query("SELECT len(v), ascii(v[2]) FROM \"" + id + "\""))
        .containsExactly(List.of("3", "0"));
  }

  /** A table with the rows 1, where all is NULL or the server's own default, and 2. */
  private static String table(String columns, String values) throws Exception {
    String id = "t" + NEXT.incrementAndGet();
    database.execute(
        "CREATE TABLE " + id + " (n int PRIMARY KEY, " + columns + ")",
        "SET STATEMENT sql_mode = '' FOR INSERT IGNORE INTO " + id + " (n) VALUES (1)",
        "SET STATEMENT sql_mode = '' FOR INSERT INTO " + id + " VALUES (2, " + values + ")");
    return id;
  }
}
