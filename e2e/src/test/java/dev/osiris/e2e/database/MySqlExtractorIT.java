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
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.StepSucceeded;
import java.io.IOException;
import java.nio.file.Files;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code mysql.extractor} against a real server: what it reads, and what is refused. */
@ExtendWith(LeakCheck.class)
class MySqlExtractorIT {

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static Database database;
  private static MySqlSteps steps;
  private static WorkerProcess worker;
  private static RawSession session;

  @BeforeAll
  static void open() throws Exception {
    database = MariaDbServer.shared().newDatabase();
    steps = new MySqlSteps(database);
    database.execute(
        "CREATE TABLE `Odd ``name` (id bigint PRIMARY KEY, `größe` varchar(20))",
        "INSERT INTO `Odd ``name` SELECT seq, CONCAT('v', seq) FROM seq_1_to_5000",
        "CREATE TABLE myisam (id int PRIMARY KEY) ENGINE=MyISAM",
        "CREATE PROCEDURE one() SELECT 1 AS a",
        "CREATE PROCEDURE two() BEGIN SELECT 1 AS a; SELECT 2 AS b; END");
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "mysql", folder);
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    worker.close();
    database.close();
  }

  @Test
  void table_isReadByItsParts() {
    String id = id();
    session.succeed(
        steps.extract(
            id,
            "{\"table\": \"Odd `name\", \"columns\": [\"größe\", \"id\"],"
                + " \"where\": \"id > 10 -- and no more\", \"limit\": 5}"));
    assertThat(session.query("SELECT count(*), min(id) > 10 FROM \"" + id + "\""))
        .containsExactly(List.of("5", "true"));
  }

  @Test
  void offset_needsNoLimit() {
    String id = id();
    session.succeed(steps.extract(id, "{\"table\": \"Odd `name\", \"offset\": 4990}"));
    assertThat(session.query("SELECT count(*) FROM \"" + id + "\"")).containsExactly(List.of("10"));
  }

  @Test
  void rowsOfManyBatches_areAllThere() {
    String id = id();
    session.succeed(
        steps.extract(id, Json.object("query", "SELECT seq, MD5(seq) AS h FROM seq_1_to_50000;")));
    assertThat(
            session.query(
                "SELECT count(*), sum(seq), count(*) FILTER (h = md5(seq::VARCHAR)) FROM \""
                    + id
                    + "\""))
        .containsExactly(List.of("50000", "1250025000", "50000"));
  }

  @Test
  void emptyResult_keepsItsColumns() {
    StepSucceeded read =
        session.succeed(steps.extract(id(), "{\"table\": \"Odd `name\", \"where\": \"1 = 0\"}"));
    assertThat(read.getOutputs().getTables(0).getColumnsList())
        .extracting(column -> column.getName() + " " + column.getType())
        .containsExactly("id BIGINT", "größe VARCHAR");
  }

  @Test
  void rowThatTheMemoryCannotTake_isRefused_oneThatItCanIsRead() {
    String id = id();
    String large = "REPEAT('x', 9000000) AS v";
    session.succeed(
        steps.extract(id, Json.object("query", "SELECT " + large + " UNION ALL SELECT 'last'")));
    assertThat(session.query("SELECT len(v) FROM \"" + id + "\""))
        .containsExactly(List.of("9000000"), List.of("4"));

    Failure failure =
        session
            .fail(
                steps.extract(
                    id(), Json.object("query", "SELECT " + large + ", REPEAT('y', 9000000) AS w")))
            .getFailure();
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_LIMIT_REACHED);
    assertThat(failure.getLocation().getRow()).isEqualTo(1);
  }

  @Test
  void procedure_givesItsTable() {
    String id = id();
    session.succeed(steps.extract(id, Json.object("query", "CALL one()")));
    assertThat(session.query("SELECT a FROM \"" + id + "\"")).containsExactly(List.of("1"));
  }

  @Test
  void variablesOfStepAndConnection_areSet() {
    String id = id();
    RunStep.Builder step =
        steps.extract(
            id,
            "{\"query\": \"SELECT \\\"a\\\" || 'b' AS v, @@div_precision_increment AS d FROM (SELECT 1 AS a) t\","
                + " \"session\": {\"sql_mode\": \"ANSI\"}}");
    step.getConnectionBuilder().putFields("options.div_precision_increment", "7");
    session.succeed(step);
    assertThat(session.query("SELECT v, d FROM \"" + id + "\""))
        .containsExactly(List.of("1b", "7"));
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("SELECT 1 AS a, 2 AS A", FailureCode.FAILURE_CODE_CONFIG_INVALID),
        Arguments.of("SELECT 1 WHERE 1 = ?", FailureCode.FAILURE_CODE_CONFIG_INVALID),
        Arguments.of("DO 1", FailureCode.FAILURE_CODE_CONFIG_INVALID),
        Arguments.of("SELEC 1", FailureCode.FAILURE_CODE_SQL_SYNTAX),
        Arguments.of("SELECT 1; SELECT 2", FailureCode.FAILURE_CODE_SQL_SYNTAX),
        Arguments.of("SELECT * FROM nowhere", FailureCode.FAILURE_CODE_SQL_UNRESOLVED),
        Arguments.of("SELECT nothing FROM `Odd ``name`", FailureCode.FAILURE_CODE_SQL_UNRESOLVED),
        Arguments.of("SELECT * FROM mysql.user", FailureCode.FAILURE_CODE_AUTHENTICATION_FAILED),
        Arguments.of("CALL two()", FailureCode.FAILURE_CODE_SQL_REFUSED),
        Arguments.of("DELETE FROM `Odd ``name` RETURNING id", FailureCode.FAILURE_CODE_SQL_REFUSED),
        Arguments.of(
            "INSERT INTO myisam VALUES (1) RETURNING id", FailureCode.FAILURE_CODE_SQL_REFUSED));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void query_failsWithTheServersReason(String query, FailureCode code) throws Exception {
    Failure failure = session.fail(steps.extract(id(), Json.object("query", query))).getFailure();

    assertThat(failure.getCode()).isEqualTo(code);
    assertThat(database.number("SELECT count(*) FROM `Odd ``name`")).isEqualTo(5000);
    assertThat(database.number("SELECT count(*) FROM myisam")).isZero();
  }

  @Test
  void statement_isEndedByItsTimeout() {
    Failure failure =
        session
            .fail(
                steps.extract(
                    id(),
                    Json.object("query", "SELECT SLEEP(60) AS v", "statement_timeout", "200ms")))
            .getFailure();
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_TIMED_OUT);
  }

  @Test
  void login_failsTyped() {
    RunStep.Builder wrong = steps.extract(id(), Json.object("query", "SELECT 1"));
    wrong.getConnectionBuilder().getSecretsBuilder().putValues("password", "not it");
    assertThat(session.fail(wrong).getFailure().getCode())
        .isEqualTo(FailureCode.FAILURE_CODE_AUTHENTICATION_FAILED);

    RunStep.Builder nowhere = steps.extract(id(), Json.object("query", "SELECT 1"));
    nowhere.getConnectionBuilder().putFields("port", "1");
    Failure failure = session.fail(nowhere).getFailure();
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONNECTION_FAILED);
    assertThat(failure.getRetryable()).isTrue();
  }

  @Test
  void server_isVerifiedByItsAuthority() throws Exception {
    String id = id();
    session.succeed(verified(id, MariaDbServer.shared().certificate()));
    assertThat(session.query("SELECT \"Value\" <> '' FROM \"" + id + "\""))
        .containsExactly(List.of("true"));

    Failure failure =
        session.fail(verified(id(), MariaDbServer.shared().wrongCertificate())).getFailure();
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONNECTION_FAILED);
  }

  private static RunStep.Builder verified(String id, Path authority) throws IOException {
    RunStep.Builder step =
        steps.extract(id, Json.object("query", "SHOW SESSION STATUS LIKE 'Ssl_cipher'"));
    step.getConnectionBuilder()
        .putFields("ssl_mode", "verify_identity")
        .putFields("ssl_ca_pem", Files.readString(authority));
    return step;
  }

  private static String id() {
    return "s" + NEXT.incrementAndGet();
  }
}
