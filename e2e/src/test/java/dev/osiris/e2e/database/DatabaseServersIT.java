package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.DatabaseServer;
import dev.osiris.e2e.harness.database.MariaDbServer;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.database.Sakila;
import dev.osiris.e2e.harness.database.ServerAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the tests of databases stand on: real servers, Sakila in them, TLS, and faults. */
class DatabaseServersIT {

  enum Kind {
    POSTGRES {
      @Override
      DatabaseServer shared() {
        return PostgresServer.shared();
      }

      @Override
      DatabaseServer start() {
        return PostgresServer.start();
      }

      @Override
      Map<String, String> checking(Path certificate) {
        return Map.of("sslmode", "verify-full", "sslrootcert", certificate.toString());
      }

      @Override
      String cipher() {
        return "SELECT length(cipher) FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
      }
    },
    MARIADB {
      @Override
      DatabaseServer shared() {
        return MariaDbServer.shared();
      }

      @Override
      DatabaseServer start() {
        return MariaDbServer.start();
      }

      @Override
      Map<String, String> checking(Path certificate) {
        return Map.of("sslMode", "verify-full", "serverSslCert", certificate.toString());
      }

      @Override
      String cipher() {
        return "SELECT length(variable_value) FROM information_schema.session_status"
            + " WHERE variable_name = 'Ssl_cipher'";
      }
    };

    abstract DatabaseServer shared();

    abstract DatabaseServer start();

    /** Of the JDBC driver: TLS with a server of this certificate and of the address's name. */
    abstract Map<String, String> checking(Path certificate);

    /** A query for the length of the cipher's name; 0 or null without TLS. */
    abstract String cipher();
  }

  @ParameterizedTest
  @EnumSource
  void sakila_isThereWithAllItsRows(Kind kind) throws SQLException {
    try (Database database = kind.shared().newDatabase()) {
      Sakila.load(database);
      Map<String, Long> rows = new TreeMap<>();
      for (String table : Sakila.ROWS.keySet()) {
        rows.put(table, database.number("SELECT count(*) FROM " + table));
      }
      assertThat(rows).containsExactlyInAnyOrderEntriesOf(Sakila.ROWS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachTest_hasATableOfTheSameNameForItself(Kind kind) throws SQLException {
    try (Database mine = kind.shared().newDatabase();
        Database other = kind.shared().newDatabase()) {
      mine.execute("CREATE TABLE orders (id integer)", "INSERT INTO orders VALUES (1)");
      other.execute("CREATE TABLE orders (id integer)");
      assertThat(mine.number("SELECT count(*) FROM orders")).isEqualTo(1);
      assertThat(other.number("SELECT count(*) FROM orders")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void tls_isCheckedAgainstTheServersCertificate(Kind kind) throws SQLException {
    DatabaseServer server = kind.shared();
    try (Database database = server.newDatabase()) {
      try (Connection connection = database.connect(kind.checking(server.certificate()))) {
        assertThat(number(connection, kind.cipher())).isPositive();
      }
      assertThatThrownBy(() -> database.connect(kind.checking(server.wrongCertificate())).close())
          .isInstanceOf(SQLException.class)
          .hasStackTraceContaining("CertPath");
    }
  }

  @Test
  void serversInContainers_reachEachOther() throws SQLException {
    ServerAddress inner = MariaDbServer.shared().addressForContainers();
    Connection connection = PostgresServer.shared().connectAsAdmin();
    // The server's shell opens the port; a table of no columns takes what it printed, which is
    // nothing.
    try (connection;
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMPORARY TABLE printed (line text)");
      String dial = "bash -c ': </dev/tcp/%s/%d'".formatted(inner.host(), inner.port());
      statement.execute("COPY printed FROM PROGRAM '" + dial.replace("'", "''") + "'");
      assertThatThrownBy(() ->
              statement.execute(
                  "COPY printed FROM PROGRAM '"
                      + dial.replace("/" + inner.port(), "/1").replace("'", "''")
                      + "'"))
          .isInstanceOf(SQLException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void terminatedBackend_breaksItsConnection(Kind kind) throws SQLException {
    try (Database database = kind.shared().newDatabase();
        Connection connection = database.connect()) {
      assertThat(database.terminateBackends()).isEqualTo(1);
      assertThatThrownBy(() -> number(connection, "SELECT 1")).isInstanceOf(SQLException.class);
      assertThat(database.number("SELECT 1")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void killedServer_isGone_andAfterARestartHasItsCommitsAtTheSameAddress(Kind kind)
      throws SQLException {
    try (DatabaseServer server = kind.start()) {
      Database database = server.newDatabase();
      database.execute("CREATE TABLE kept (id integer)", "INSERT INTO kept VALUES (1), (2)");
      ServerAddress address = server.address();
      ServerAddress inner = server.addressForContainers();

      server.kill();
      assertThatThrownBy(() -> database.connect().close()).isInstanceOf(SQLException.class);

      server.restart();
      assertThat(server.address()).isEqualTo(address);
      assertThat(server.addressForContainers()).isEqualTo(inner);
      assertThat(database.number("SELECT count(*) FROM kept")).isEqualTo(2);
    }
  }

  @Test
  void pausedServer_isSilent_untilItGoesOn() throws SQLException {
    try (PostgresServer server = PostgresServer.start();
        Database database = server.newDatabase()) {
      server.pause();
      try {
        assertThatThrownBy(
                () -> database.connect(Map.of("loginTimeout", "1", "socketTimeout", "1")).close())
            .isInstanceOf(SQLException.class);
      } finally {
        server.unpause();
      }
      assertThat(database.number("SELECT 1")).isEqualTo(1);
    }
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    }
  }
}
