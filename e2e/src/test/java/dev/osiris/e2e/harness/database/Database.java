package dev.osiris.e2e.harness.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * A new, empty database of one test on a server, with a user of its own who owns it and nothing
 * else. Closing drops both, whoever is connected.
 */
public final class Database implements AutoCloseable {

  private final DatabaseServer server;
  private final String name;
  private final String password;

  Database(DatabaseServer server, String name, String password) {
    this.server = server;
    this.name = name;
    this.password = password;
  }

  public DatabaseServer server() {
    return server;
  }

  public String name() {
    return name;
  }

  /** The user is called as the database is. */
  public String user() {
    return name;
  }

  public String password() {
    return password;
  }

  public String jdbcUrl() {
    return server.jdbcUrl(name);
  }

  /** As the database's user. */
  public Connection connect() throws SQLException {
    return connect(Map.of());
  }

  /** As the database's user, with properties of the JDBC driver. */
  public Connection connect(Map<String, String> properties) throws SQLException {
    Properties all = new Properties();
    all.put("user", user());
    all.put("password", password);
    all.putAll(properties);
    return DriverManager.getConnection(jdbcUrl(), all);
  }

  /** Runs statements, each as a transaction of its own. */
  public void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The first column of the first row, as a number. */
  public long number(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      if (!rows.next()) {
        throw new AssertionError("no row: " + query);
      }
      return rows.getLong(1);
    }
  }

  /** Fields of {@code osiris_connections.yaml}, for a worker of this machine. */
  public Map<String, Object> connection() {
    return connection(server.address());
  }

  /** Fields of {@code osiris_connections.yaml}, for a worker in a container. */
  public Map<String, Object> connectionForContainers() {
    return connection(server.addressForContainers());
  }

  private Map<String, Object> connection(ServerAddress address) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("host", address.host());
    fields.put("port", address.port());
    fields.put("database", name);
    fields.put("user", user());
    fields.put("password", password);
    return fields;
  }

  /** Ends every connection to it. Returns how many there were. */
  public int terminateBackends() throws SQLException {
    return server.terminateBackends(this);
  }

  @Override
  public void close() throws SQLException {
    server.drop(this);
  }
}
