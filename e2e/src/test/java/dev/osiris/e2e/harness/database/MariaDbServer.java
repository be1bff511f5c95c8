package dev.osiris.e2e.harness.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.images.builder.Transferable;

/** MariaDB. */
public final class MariaDbServer extends DatabaseServer {

  private static final int PORT = 3306;
  private static final int NO_SUCH_THREAD = 1094;
  private static final Shared<MariaDbServer> SHARED = new Shared<>(MariaDbServer::start);

  private MariaDbServer(String image, String... more) {
    super(
        "root",
        new ServerContainer(
            image,
            PORT,
            "mysql",
            Map.of("MARIADB_ROOT_PASSWORD", ADMIN_PASSWORD),
            arguments(more)));
  }

  private static List<String> arguments(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "mariadbd",
                "--innodb-flush-method=nosync",
                // Each commit is written; only not synced.
                "--innodb-flush-log-at-trx-commit=2",
                "--character-set-server=utf8mb4",
                "--skip-name-resolve",
                "--ssl-cert=" + ServerTls.CERTIFICATE,
                "--ssl-key=" + ServerTls.KEY,
                "--ssl-ca=" + ServerTls.CLIENTS));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** A server of the caller's own, to close. */
  public static MariaDbServer start() {
    return new MariaDbServer(image(ServerImage.MARIADB));
  }

  /** Another one of the caller's own, which has no TLS. */
  public static MariaDbServer startWithoutTls() {
    return new MariaDbServer(image(ServerImage.MARIADB), "--skip-ssl");
  }

  /** The one of this JVM, started by who needs it first; Testcontainers ends it with the JVM. */
  public static MariaDbServer shared() {
    return SHARED.get();
  }

  @Override
  public void runScript(Database database, byte[] script) {
    container().copyFileToContainer(Transferable.of(script), "/tmp/script.sql");
    container()
        .run(
            "sh",
            "-c",
            "MYSQL_PWD=$MARIADB_ROOT_PASSWORD mariadb -u root \"$1\" </tmp/script.sql",
            "mariadb",
            database.name());
  }

  @Override
  String jdbcUrl(String database) {
    return "jdbc:mariadb://" + address() + "/" + database;
  }

  @Override
  String adminDatabase() {
    return "mysql";
  }

  @Override
  String[] createStatements(Database database) {
    return new String[] {
      "CREATE DATABASE " + database.name(),
      "CREATE USER %s@'%%' IDENTIFIED BY '%s'".formatted(database.user(), database.password()),
      "GRANT ALL ON %s.* TO %s@'%%'".formatted(database.name(), database.user())
    };
  }

  @Override
  String[] dropStatements(Database database) {
    return new String[] {
      "DROP DATABASE IF EXISTS " + database.name(),
      "DROP USER IF EXISTS %s@'%%'".formatted(database.user())
    };
  }

  @Override
  int terminateBackends(Database database) throws SQLException {
    try (Connection connection = connectAsAdmin();
        Statement kill = connection.createStatement()) {
      int killed = 0;
      for (long id : backends(connection, database)) {
        try {
          kill.execute("KILL CONNECTION " + id);
          killed++;
        } catch (SQLException e) {
          // It ended of its own.
          if (e.getErrorCode() != NO_SUCH_THREAD) {
            throw e;
          }
        }
      }
      return killed;
    }
  }

  private static List<Long> backends(Connection connection, Database database) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT id FROM information_schema.processlist WHERE user = ?")) {
      statement.setString(1, database.user());
      List<Long> ids = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
      }
      return ids;
    }
  }
}
