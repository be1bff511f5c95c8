package dev.osiris.worker.drivers.mysql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.failure.StepException;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.unit.Secret;
import dev.osiris.worker.drivers.mysql.session.MySqlServer.Purpose;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that asks for files of the worker gets none. */
class HostileServerTest {

  private static final String SECRET = "what only this machine may know";

  @TempDir Path folder;
  private String file;

  @BeforeEach
  void makeFile() throws IOException {
    file = Files.writeString(folder.resolve("passwd"), SECRET).toString();
  }

  @ParameterizedTest
  @EnumSource
  void fileThatIsAskedForInTheLogin_isNotSent(Purpose purpose) throws Exception {
    HostileServer server = HostileServer.asking("login"::equals, file);
    try (server) {
      assertThatThrownBy(() -> connect(server, purpose)).isInstanceOf(StepException.class);
    }
    nothingWasSent(server);
  }

  @ParameterizedTest
  @EnumSource
  void fileThatIsAskedForInsteadOfAnAnswer_isNotSent(Purpose purpose) throws Exception {
    HostileServer server = HostileServer.asking("COMMIT"::equals, file);
    try (server;
        MySqlSession session = connect(server, purpose)) {
      assertThatThrownBy(() -> session.execute("COMMIT")).isInstanceOf(SQLException.class);
    }
    nothingWasSent(server);
  }

  @ParameterizedTest
  @EnumSource
  void fileThatAQueryNames_isNotSent(Purpose purpose) throws Exception {
    String query = "SELECT '" + file + "', 'LOAD DATA LOCAL INFILE'";
    HostileServer server = HostileServer.asking(query::equals, file);
    try (server;
        MySqlSession session = connect(server, purpose)) {
      assertThatThrownBy(() -> session.text(query)).isInstanceOf(SQLException.class);
    }
    nothingWasSent(server);
  }

  @Test
  void statementToLoadAFile_sendsNone_fromASessionThatReads() throws Exception {
    String load = "LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE t";
    HostileServer server = HostileServer.asking(load::equals, file);
    try (server;
        MySqlSession session = connect(server, Purpose.READ)) {
      assertThatThrownBy(() -> session.text(load)).isInstanceOf(SQLException.class);
    }
    nothingWasSent(server);
  }

  @Test
  void preparedStatementOfAWriter_sendsNone() throws Exception {
    Predicate<String> asking =
        statement -> statement.startsWith("INSERT") || statement.startsWith("command");
    HostileServer server = HostileServer.asking(asking, file);
    try (server;
        MySqlSession session = connect(server, Purpose.WRITE);
        PreparedStatement statement =
            session.jdbc().prepareStatement("INSERT INTO osiris_writes VALUES (?)")) {
      statement.setString(1, file);
      assertThatThrownBy(statement::executeUpdate).isInstanceOf(SQLException.class);
    }
    nothingWasSent(server);
  }

  @Test
  void anotherFileThanOurs_isAnsweredByOurStream_andOnlyOnce() throws Exception {
    Predicate<String> asking =
        statement -> statement.startsWith("LOAD DATA") || statement.equals("COMMIT");
    InputStream rows = new ByteArrayInputStream("1\tours\n".getBytes(StandardCharsets.UTF_8));
    HostileServer server = HostileServer.asking(asking, file);
    try (server;
        MySqlSession session = connect(server, Purpose.WRITE)) {
      session.load("LOAD DATA LOCAL INFILE 'osiris-rows' INTO TABLE t", rows);
      assertThatThrownBy(() -> session.execute("COMMIT")).isInstanceOf(SQLException.class);
    }
    assertThat(server.asked()).isEqualTo(2);
    assertThat(server.received()).isEqualTo("1\tours\n");
  }

  private static void nothingWasSent(HostileServer server) {
    assertThat(server.asked()).as("asked after %s", server.statements()).isPositive();
    assertThat(server.received()).isEmpty();
  }

  private static MySqlSession connect(HostileServer server, Purpose purpose) {
    Map<String, String> fields =
        Map.of(
            "host",
            "127.0.0.1",
            "port",
            String.valueOf(server.port()),
            "user",
            "anyone",
            "ssl_mode",
            "disabled");
    ConnectionSpec spec =
        new ConnectionSpec("mysql", "hostile", fields, Map.of("password", Secret.of("x")));
    return new MySqlServer(spec, new MySqlFailures("the MySQL server")).connect(purpose);
  }
}
