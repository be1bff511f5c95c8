package dev.osiris.e2e.harness.database;

import dev.osiris.e2e.harness.FileWait;
import dev.osiris.host.sandbox.EphemeralCertificate;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import org.junit.jupiter.api.Assumptions;

/**
 * A real database server in a container, with TLS. It does not sync to disk, so it is fast, and
 * keeps every commit when it is killed: what it wrote is in the engine's page cache.
 *
 * <p>Tests share one server per JVM, {@code shared()}, each with its {@link #newDatabase()}. A test
 * that pauses or kills starts a server of its own and closes it.
 */
public abstract sealed class DatabaseServer implements AutoCloseable
    permits PostgresServer, MariaDbServer {

  static final String ADMIN_PASSWORD = randomText();

  private final String adminUser;
  private final ServerContainer container;

  /** Starts the container, and waits until the server answers. */
  DatabaseServer(String adminUser, ServerContainer container) {
    this.adminUser = adminUser;
    this.container = container;
    try {
      container.start();
      awaitAnswer();
    } catch (RuntimeException | Error e) {
      container.stop();
      throw e;
    }
  }

  /** The image that a server is started from; where there is none, the test is aborted. */
  static String image(ServerImage image) {
    return image.find().orElseGet(() -> Assumptions.abort(image.missing()));
  }

  /** For tests and workers on this machine. The same as long as the server is open. */
  public final ServerAddress address() {
    return container.address();
  }

  /** For workers in containers of Docker's default network. */
  public final ServerAddress addressForContainers() {
    return container.innerAddress();
  }

  /** PEM file with what a client trusts that checks the server. It names both addresses. */
  public final Path certificate() {
    return container.tls().trusted();
  }

  /** PEM file with a certificate that is not this server's. */
  public final Path wrongCertificate() {
    return ServerTls.stranger();
  }

  /** Certificate and key of a client that the server trusts. */
  public final EphemeralCertificate client() {
    return container.tls().client();
  }

  /** A new database, for one test. */
  public final Database newDatabase() throws SQLException {
    Database database = new Database(this, "t" + randomText(), randomText());
    executeAsAdmin(createStatements(database));
    return database;
  }

  /** As who may do everything; to the server's own database. */
  public final Connection connectAsAdmin() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(adminDatabase()), adminUser, ADMIN_PASSWORD);
  }

  /** As who may do everything; to that database. */
  public final Connection connectAsAdmin(Database database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database.name()), adminUser, ADMIN_PASSWORD);
  }

  /** Runs a script in a database with the server's own client, as who may do everything. */
  public abstract void runScript(Database database, byte[] script);

  /** Freezes the server: connections stay open, and nothing answers. */
  public final void pause() {
    container.pause();
  }

  /** Lets a paused server go on. */
  public final void unpause() {
    container.unpause();
  }

  /** Kills every process of the server (SIGKILL), and returns when they are gone. */
  public final void kill() {
    container.killServer();
  }

  /** Starts the server anew, at the same addresses; kills it before where it still runs. */
  public final void restart() {
    container.killServer();
    container.startServer();
    awaitAnswer();
  }

  @Override
  public final void close() {
    container.stop();
  }

  abstract String jdbcUrl(String database);

  abstract String adminDatabase();

  abstract String[] createStatements(Database database);

  abstract String[] dropStatements(Database database);

  abstract int terminateBackends(Database database) throws SQLException;

  final void drop(Database database) throws SQLException {
    terminateBackends(database);
    executeAsAdmin(dropStatements(database));
  }

  final ServerContainer container() {
    return container;
  }

  private void executeAsAdmin(String... statements) throws SQLException {
    try (Connection connection = connectAsAdmin();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private void awaitAnswer() {
    try {
      FileWait.until("the database server answers", this::answers);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; it said: " + container.getLogs(), e);
    }
  }

  private boolean answers() {
    try (Connection connection = connectAsAdmin()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private static String randomText() {
    byte[] bytes = new byte[6];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
