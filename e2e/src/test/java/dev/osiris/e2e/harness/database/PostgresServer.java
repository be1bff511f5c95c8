package dev.osiris.e2e.harness.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.images.builder.Transferable;

/** PostgreSQL. */
public final class PostgresServer extends DatabaseServer {

  private static final int PORT = 5432;
  private static final String ADMIN = "postgres";
  private static final Shared<PostgresServer> SHARED = new Shared<>(PostgresServer::start);

  private PostgresServer(String image, String... more) {
    super(
        ADMIN,
        new ServerContainer(
            image,
            PORT,
            "postgres",
            Map.of("POSTGRES_PASSWORD", ADMIN_PASSWORD, "POSTGRES_INITDB_ARGS", "--no-sync"),
            arguments(more)));
  }

  private static List<String> arguments(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "postgres",
                "-cfsync=off",
                "-cssl=on",
                "-cssl_cert_file=" + ServerTls.CERTIFICATE,
                "-cssl_key_file=" + ServerTls.KEY,
                "-cssl_ca_file=" + ServerTls.CLIENTS));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** A server of the caller's own, to close. */
  public static PostgresServer start() {
    return new PostgresServer(image(ServerImage.POSTGRES));
  }

  /** Another one of the caller's own, which has no TLS. */
  public static PostgresServer startWithoutTls() {
    return new PostgresServer(image(ServerImage.POSTGRES), "-cssl=off");
  }

  /** The one of this JVM, started by who needs it first; Testcontainers ends it with the JVM. */
  public static PostgresServer shared() {
    return SHARED.get();
  }

  @Override
  public void runScript(Database database, byte[] script) {
    container().copyFileToContainer(Transferable.of(script), "/tmp/script.sql");
    container()
        .run(
            "psql",
            "-qX",
            "-v",
            "ON_ERROR_STOP=1",
            "-o",
            "/dev/null",
            "-U",
            ADMIN,
            "-d",
            database.name(),
            "-f",
            "/tmp/script.sql");
  }

  @Override
  String jdbcUrl(String database) {
    return "jdbc:postgresql://" + address() + "/" + database;
  }

  @Override
  String adminDatabase() {
    return ADMIN;
  }

  @Override
  String[] createStatements(Database database) {
    return new String[] {
      "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(database.user(), database.password()),
      "CREATE DATABASE %s OWNER %s".formatted(database.name(), database.user())
    };
  }

  @Override
  String[] dropStatements(Database database) {
    return new String[] {
      "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(database.name()),
      "DROP ROLE IF EXISTS " + database.user()
    };
  }

  @Override
  int terminateBackends(Database database) throws SQLException {
    try (Connection connection = connectAsAdmin();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000))"
                    + " FROM pg_stat_activity WHERE datname = ?")) {
      statement.setString(1, database.name());
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }
}
