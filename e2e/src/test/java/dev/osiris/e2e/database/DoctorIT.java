package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.DatabaseServer;
import dev.osiris.e2e.harness.database.MariaDbServer;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctors say of real servers, and what {@code mysql.discover} lists. */
@ExtendWith(LeakCheck.class)
class DoctorIT {

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static Database mariadb;
  private static Database postgres;
  private static WorkerProcess worker;
  private static RawSession session;

  @BeforeAll
  static void open() throws Exception {
    mariadb = MariaDbServer.shared().newDatabase();
    postgres = PostgresServer.shared().newDatabase();
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "doctor", folder);
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    worker.close();
    mariadb.close();
    postgres.close();
  }

  @ParameterizedTest
  @CsvSource({
    "mysql, host, nowhere.invalid, CONNECTION_FAILED, has no address, 'host'",
    "mysql, port, 1, CONNECTION_FAILED, nothing listens, 'port'",
    "mysql, password, not it, AUTHENTICATION_FAILED, refuses the login, 'password'",
    "mysql, database, nothing_there, AUTHENTICATION_FAILED, the user into the database, 'database'",
    "mysql, ssl_mode, verify_identity, CONNECTION_FAILED, is not trusted, ssl_ca",
    "postgres, host, nowhere.invalid, CONNECTION_FAILED, has no address, 'host'",
    "postgres, port, 1, CONNECTION_FAILED, nothing listens, 'port'",
    "postgres, password, not it, AUTHENTICATION_FAILED, refuses the login, 'password'",
    "postgres, database, nothing_there, AUTHENTICATION_FAILED, no such database, 'database'",
    "postgres, sslmode, verify-full, CONNECTION_FAILED, is not trusted, sslrootcert",
    "supabase, password, not it, AUTHENTICATION_FAILED, refuses the login, 'password'"
  })
  void wrongField_isNamed_withWhatToDo(
      String family, String field, String value, String code, String says, String advice)
      throws Exception {
    RunStep.Builder step = doctor(family);
    var connection = step.getConnectionBuilder();
    if (field.equals("password")) {
      connection.getSecretsBuilder().putValues(field, value);
    } else {
      connection.putFields(field, value);
    }
    if (value.startsWith("verify")) {
      Path other = database(family).server().wrongCertificate();
      connection.putFields(
          family.equals("mysql") ? "ssl_ca_pem" : "sslrootcert_pem", Files.readString(other));
    }

    Failure failure = session.fail(step).getFailure();

    assertThat(failure.getCode()).isEqualTo(FailureCode.valueOf("FAILURE_CODE_" + code));
    assertThat(failure.getMessage()).contains(says);
    assertThat(failure.getAdvice()).contains(advice);
    boolean mayHelpToTryAgain = field.equals("host") || field.equals("port");
    assertThat(failure.getRetryable()).isEqualTo(mayHelpToTryAgain);
  }

  @Test
  void verifiedServer_isEncrypted_andAWriterMayDoAll() throws Exception {
    RunStep.Builder step = doctor("mysql");
    step.getConnectionBuilder()
        .putFields("ssl_mode", "verify_identity")
        .putFields("ssl_ca_pem", Files.readString(mariadb.server().certificate()));
    session.succeed(step);

    assertThat(checks(step))
        .containsOnlyKeys(
            "connect", "encryption", "version", "sql_mode", "read", "local_infile", "osiris_writes")
        .allSatisfy((check, told) -> assertThat(told).startsWith("ok: "))
        .hasEntrySatisfying("encryption", told -> assertThat(told).contains("TLSv1"))
        .hasEntrySatisfying("version", told -> assertThat(told).contains("MariaDB"));
  }

  @Test
  void serverThatForbidsThings_isTold_andTlsThatItAsksForAsWell() throws Exception {
    try (MariaDbServer strict = MariaDbServer.start()) {
      Database own = strict.newDatabase();
      asAdmin(
          strict,
          "SET GLOBAL local_infile = OFF",
          "REVOKE ALL ON " + own.name() + ".* FROM " + own.user() + "@'%'",
          "GRANT SELECT ON " + own.name() + ".* TO " + own.user() + "@'%'");
      RunStep.Builder bare = doctor("mysql", own);
      bare.getConnectionBuilder().putFields("ssl_mode", "disabled");
      session.succeed(bare);
      assertThat(checks(bare))
          .hasEntrySatisfying("encryption", told -> assertThat(told).contains("warn: ", "ssl_mode"))
          .hasEntrySatisfying("local_infile", told -> assertThat(told).contains("warn: ", "=ON"))
          .hasEntrySatisfying(
              "osiris_writes", told -> assertThat(told).contains("warn: ", "grant CREATE"));

      asAdmin(strict, "SET GLOBAL read_only = ON", "SET GLOBAL require_secure_transport = ON");
      RunStep.Builder refused = doctor("mysql", own);
      refused.getConnectionBuilder().putFields("ssl_mode", "disabled");
      Failure failure = session.fail(refused).getFailure();
      assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_AUTHENTICATION_FAILED);
      // MariaDB answers as it does to a wrong password.
      assertThat(failure.getAdvice()).contains("asks for TLS");

      RunStep.Builder encrypted = doctor("mysql", own);
      session.succeed(encrypted);
      assertThat(checks(encrypted))
          .hasEntrySatisfying("encryption", told -> assertThat(told).startsWith("ok: "))
          .hasEntrySatisfying("write", told -> assertThat(told).contains("warn: ", "primary"));
    }
  }

  @ParameterizedTest
  @CsvSource({"mysql, ssl_mode, required", "postgres, sslmode, require"})
  void serverWithoutTls_isTalkedToInTheClear_unlessTlsIsAskedFor(
      String family, String field, String mode) throws Exception {
    try (DatabaseServer plain =
        family.equals("mysql")
            ? MariaDbServer.startWithoutTls()
            : PostgresServer.startWithoutTls()) {
      Database own = plain.newDatabase();
      RunStep.Builder preferred = doctor(family, own);
      session.succeed(preferred);
      assertThat(checks(preferred))
          .hasEntrySatisfying("encryption", told -> assertThat(told).startsWith("warn: "));

      RunStep.Builder required = doctor(family, own);
      required.getConnectionBuilder().putFields(field, mode);
      Failure refused = session.fail(required).getFailure();
      assertThat(refused.getMessage()).contains("offers no TLS");
      assertThat(refused.getRetryable()).isFalse();

      plain.pause();
      try {
        RunStep.Builder silent = doctor(family, own);
        silent.getConnectionBuilder().putFields("connect_timeout", "2s");
        Failure late = session.fail(silent).getFailure();
        assertThat(late.getMessage()).contains("does not answer in time");
        assertThat(late.getRetryable()).isTrue();
      } finally {
        plain.unpause();
      }
    }
  }

  @Test
  void discover_listsTablesColumnsAndKeys() throws Exception {
    mariadb.execute(
        "CREATE TABLE customer (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, name varchar(40) NOT NULL,"
            + " note text, UNIQUE KEY named (name)) COMMENT 'who buys'",
        "CREATE TABLE purchase (customer bigint unsigned, no int DEFAULT 1, amount decimal(12,2) COMMENT 'with tax',"
            + " PRIMARY KEY (customer, no), CONSTRAINT buyer FOREIGN KEY (customer) REFERENCES customer (id))",
        "CREATE VIEW big AS SELECT * FROM purchase WHERE amount > 1000",
        "INSERT INTO customer (name) VALUES ('a'), ('b'), ('c')",
        "ANALYZE TABLE customer");
    session.succeed(DatabaseSteps.step(mariadb, "found", "mysql.discover", "{}"));

    assertThat(
            session.query(
                "SELECT \"schema\", \"name\", kind, estimated_rows, bytes > 0, comment"
                    + " FROM \"found\".\"tables\" WHERE \"name\" IN ('big', 'customer') ORDER BY ALL"))
        .containsExactly(
            List.of(mariadb.name(), "big", "view", "NULL", "NULL", "NULL"),
            List.of(mariadb.name(), "customer", "table", "3", "true", "who buys"));
    assertThat(
            session.query(
                "SELECT \"name\", type, nullable, has_default, comment FROM \"found\".\"columns\""
                    + " WHERE \"table\" IN ('customer', 'purchase') ORDER BY \"table\", position"))
        .containsExactly(
            List.of("id", "bigint(20) unsigned", "false", "true", "NULL"),
            List.of("name", "varchar(40)", "false", "false", "NULL"),
            List.of("note", "text", "true", "false", "NULL"),
            List.of("customer", "bigint(20) unsigned", "false", "false", "NULL"),
            List.of("no", "int(11)", "false", "true", "NULL"),
            List.of("amount", "decimal(12,2)", "true", "false", "with tax"));
    assertThat(
            session.query(
                "SELECT \"table\", \"name\", kind, position, \"column\", referenced_table, referenced_column"
                    + " FROM \"found\".\"keys\" ORDER BY ALL"))
        .containsExactly(
            List.of("customer", "PRIMARY", "primary", "1", "id", "NULL", "NULL"),
            List.of("customer", "named", "unique", "1", "name", "NULL", "NULL"),
            List.of("purchase", "PRIMARY", "primary", "1", "customer", "NULL", "NULL"),
            List.of("purchase", "PRIMARY", "primary", "2", "no", "NULL", "NULL"),
            List.of("purchase", "buyer", "foreign", "1", "customer", "customer", "id"));
  }

  @Test
  void commandLine_triesServersFromInsideTheSandbox_andEndsAsTheWorstOfThem() throws Exception {
    Project project = Project.in(folder);
    project.file(
        "osiris_connections.yaml",
        """
        version: 1
        connections:
          postgres: {main: {dsn: "postgresql://%s:${PG_PASSWORD}@%s/%s"}}
          mysql:
            main: {dsn: "mysql://%s:${MY_PASSWORD}@%s/%s"}
            wrong: {dsn: "mysql://%s:${PG_PASSWORD}@%s/%s"}
        """
            .formatted(
                postgres.user(),
                postgres.server().address(),
                postgres.name(),
                mariadb.user(),
                mariadb.server().address(),
                mariadb.name(),
                mariadb.user(),
                mariadb.server().address(),
                mariadb.name()));
    Cli cli =
        new Cli()
            .in(project.folder())
            .with("PG_PASSWORD", postgres.password())
            .with("MY_PASSWORD", mariadb.password());

    CliResult good =
        cli.run("connections", "doctor", "@postgres.main", "@mysql.main", "--memory", "256m");
    CliResult all = cli.run("connections", "doctor", "--memory", "256m", "--json");

    assertThat(good.succeeded().stdout())
        .contains("@postgres.main: ok", "@mysql.main: ok", "version: MariaDB");
    assertThat(all.exit()).isEqualTo(1);
    assertThat(all.json().path("connections"))
        .extracting(told -> told.path("connection").asText() + " " + told.path("status").asText())
        .containsExactlyInAnyOrder("@postgres.main ok", "@mysql.main ok", "@mysql.wrong failed");
    for (JsonNode told : all.json().path("connections")) {
      for (JsonNode check : told.path("checks")) {
        assertThat(check.path("advice").asText().isEmpty())
            .isEqualTo(check.path("status").asText().equals("ok"));
      }
    }
    assertThat(good.stdout() + good.stderr() + all.stdout() + all.stderr())
        .doesNotContain(postgres.password(), mariadb.password());
  }

  /** Check by its name, as {@code status: message; advice}. */
  private static Map<String, String> checks(RunStep.Builder step) {
    return session
        .query("SELECT \"check\", status, message, advice FROM \"" + step.getStepId() + "\"")
        .stream()
        .collect(
            Collectors.toMap(
                List::getFirst, row -> row.get(1) + ": " + row.get(2) + "; " + row.get(3)));
  }

  private static RunStep.Builder doctor(String family) {
    return doctor(family, database(family));
  }

  private static RunStep.Builder doctor(String family, Database database) {
    return DatabaseSteps.step(database, "d" + NEXT.incrementAndGet(), family + ".doctor", "{}");
  }

  private static Database database(String family) {
    return family.equals("mysql") ? mariadb : postgres;
  }

  private static void asAdmin(MariaDbServer server, String... statements) throws SQLException {
    try (Connection connection = server.connectAsAdmin();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
