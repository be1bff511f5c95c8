package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.MariaDbServer;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.host.sandbox.EphemeralCertificate;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Extractors that show a certificate, with a key that is a text, to servers that they verify. */
@ExtendWith(LeakCheck.class)
class ClientCertificateIT {

  @TempDir static Path folder;
  private static WorkerProcess worker;
  private static RawSession session;

  @BeforeAll
  static void open() {
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "certificates", folder);
  }

  @AfterAll
  static void close() {
    session.close();
    worker.close();
  }

  @Test
  void postgres_knowsTheClient_andLetsNoStrangerIn() throws Exception {
    try (Database database = PostgresServer.shared().newDatabase()) {
      String query = "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
      RunStep.Builder trusted =
          with(
              step(database, "p1", "postgres.extractor", query),
              "ssl",
              "verify-full",
              trusted(database));
      session.succeed(trusted);
      assertThat(session.query("SELECT * FROM p1")).containsExactly(List.of("/CN=osiris-worker"));

      RunStep.Builder unverified =
          with(
              step(database, "p4", "postgres.extractor", query),
              "ssl",
              "require",
              trusted(database));
      unverified.getConnectionBuilder().removeFields("sslrootcert_pem");
      session.succeed(unverified);
      assertThat(session.query("SELECT * FROM p4")).containsExactly(List.of("/CN=osiris-worker"));

      RunStep.Builder publicAuthority =
          with(
              step(database, "p5", "postgres.extractor", query),
              "ssl",
              "verify-ca",
              trusted(database));
      publicAuthority.getConnectionBuilder().removeFields("sslrootcert_pem");
      assertThat(session.fail(publicAuthority).getFailure().getMessage()).contains("not trusted");

      RunStep.Builder strange =
          with(step(database, "p2", "postgres.extractor", query), "ssl", "verify-full", stranger());
      assertThat(session.fail(strange).getFailure().getCode())
          .isEqualTo(FailureCode.FAILURE_CODE_CONNECTION_FAILED);

      RunStep.Builder broken =
          with(step(database, "p3", "postgres.extractor", query), "ssl", "verify-full", broken());
      assertThat(session.fail(broken).getFailure().getCode())
          .isEqualTo(FailureCode.FAILURE_CODE_CONFIG_INVALID);
    }
  }

  @Test
  void mariaDb_asksForACertificate_andTakesThatOfTheClientAlone() throws Exception {
    try (Database database = MariaDbServer.shared().newDatabase();
        Connection admin = MariaDbServer.shared().connectAsAdmin();
        Statement statement = admin.createStatement()) {
      statement.execute("ALTER USER " + database.user() + "@'%' REQUIRE X509");
      RunStep.Builder trusted =
          with(
              step(database, "m1", "mysql.extractor", "SELECT 7 AS v"),
              "ssl_",
              "verify_identity",
              trusted(database));
      session.succeed(trusted);
      assertThat(session.query("SELECT * FROM m1")).containsExactly(List.of("7"));

      Failure without =
          session.fail(step(database, "m2", "mysql.extractor", "SELECT 7 AS v")).getFailure();
      assertThat(without.getCode()).isEqualTo(FailureCode.FAILURE_CODE_AUTHENTICATION_FAILED);

      String query = "SELECT 7 AS v";
      RunStep.Builder strange =
          with(
              step(database, "m3", "mysql.extractor", query),
              "ssl_",
              "verify_identity",
              stranger());
      assertThat(session.fail(strange).getFailure().getCode())
          .isEqualTo(FailureCode.FAILURE_CODE_CONNECTION_FAILED);

      RunStep.Builder broken =
          with(step(database, "m4", "mysql.extractor", query), "ssl_", "verify_identity", broken());
      Failure unreadable = session.fail(broken).getFailure();
      assertThat(unreadable.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONFIG_INVALID);
      assertThat(unreadable.getAdvice()).contains("ssl_key", "PKCS #8");
    }
  }

  private static RunStep.Builder step(
      Database database, String id, String component, String query) {
    return DatabaseSteps.step(database, id, component, Json.object("query", query));
  }

  private static RunStep.Builder with(
      RunStep.Builder step, String prefix, String mode, EphemeralCertificate pair)
      throws IOException {
    boolean postgres = prefix.equals("ssl");
    Path authority = (postgres ? PostgresServer.shared() : MariaDbServer.shared()).certificate();
    var connection = step.getConnectionBuilder();
    connection
        .putFields(postgres ? "sslmode" : "ssl_mode", mode)
        .putFields(postgres ? "sslrootcert_pem" : "ssl_ca_pem", Files.readString(authority))
        .putFields(prefix + "cert_pem", pair.certificate());
    connection.getSecretsBuilder().putValues(prefix + "key_pem", pair.key());
    return step;
  }

  private static EphemeralCertificate trusted(Database database) {
    return database.server().client();
  }

  private static EphemeralCertificate stranger() {
    return EphemeralCertificate.create(new SecureRandom(), Instant.now(), List.of("client"));
  }

  /** A certificate with a text that is no key. */
  private static EphemeralCertificate broken() {
    return new EphemeralCertificate(stranger().certificate(), "no key");
  }
}
