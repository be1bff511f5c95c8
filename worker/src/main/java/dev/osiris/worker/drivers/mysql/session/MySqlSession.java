package dev.osiris.worker.drivers.mysql.session;

import dev.osiris.failure.StepException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Connection;
import org.mariadb.jdbc.client.Completion;
import org.mariadb.jdbc.message.ClientMessage;

/** A session with a server. Used by one thread at a time; {@link #abort} by any. */
public final class MySqlSession implements AutoCloseable {

  /** A server that waits for us waits as long as it takes; it is we who are slow. */
  private static final String PATIENCE =
      "SET time_zone = '+00:00', net_write_timeout = 31536000, net_read_timeout = 31536000,"
          + " wait_timeout = 2147483";

  /** Numbers of errors with which a server ends a session. */
  private static final Set<Integer> LOST =
      Set.of(1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1317, 1927, 4031);

  private final MySqlServer server;
  private final Connection connection;
  private final @Nullable Socket socket;
  private final AtomicBoolean aborted = new AtomicBoolean();

  private MySqlSession(MySqlServer server, Connection connection, @Nullable Socket socket) {
    this.server = server;
    this.connection = connection;
    this.socket = socket;
  }

  static MySqlSession begin(MySqlServer server, Connection connection, @Nullable Socket socket)
      throws SQLException {
    MySqlSession session = new MySqlSession(server, connection, socket);
    try {
      session.execute(PATIENCE);
      session.set(server.variables());
      return session;
    } catch (SQLException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  public MySqlServer server() {
    return server;
  }

  public MySqlFailures failures() {
    return server.failures();
  }

  /** Whether it is MariaDB, where the two differ. */
  public boolean isMariaDb() {
    return connection.getContext().getVersion().isMariaDBServer();
  }

  public Connection jdbc() {
    return connection;
  }

  /** The number under which the server knows the session. */
  public long id() {
    return connection.getContext().getThreadId();
  }

  /**
   * Sets variables of the session.
   *
   * @throws StepException {@code CONFIG_INVALID} for one that this worker relies on
   */
  public void set(Map<String, ?> variables) throws SQLException {
    for (Map.Entry<String, ?> variable : variables.entrySet()) {
      SessionVariable.check(variable.getKey());
      execute(
          "SET SESSION " + variable.getKey() + " = " + SessionVariable.sql(variable.getValue()));
    }
  }

  public void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Executes a statement that changes rows. Returns how many. */
  public long update(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  /**
   * Executes LOAD DATA LOCAL. Whatever file the server asks for, it is sent this stream and nothing
   * else; in answer to any other statement it is sent none.
   *
   * @return rows that it has taken
   */
  public long load(String sql, InputStream rows) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.unwrap(org.mariadb.jdbc.Statement.class).setLocalInfileInputStream(rows);
      return statement.executeLargeUpdate(sql);
    }
  }

  /** Whether the session was lost, so that nobody knows what became of its statement. */
  public static boolean isLost(SQLException e) {
    String state = e.getSQLState();
    return e.getErrorCode() <= 0
        || state == null
        || state.startsWith("08")
        || LOST.contains(e.getErrorCode());
  }

  /** The first column of the first row; {@code null} when it is NULL or there is no row. */
  public @Nullable String text(String query) throws SQLException {
    return text(query, 1);
  }

  /** That column, counted from 1, of the first row; {@code null} when it is NULL or no row. */
  public @Nullable String text(String query, int column) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getString(column) : null;
    }
  }

  /** Says something in the protocol's own packets. */
  public <T extends Completion> T say(ClientMessage message, Class<T> answer) throws SQLException {
    List<Completion> answers = connection.getClient().execute(message, false);
    return answer.cast(answers.getFirst());
  }

  public boolean aborted() {
    return aborted.get();
  }

  /** Ends the statement and the session. Returns at once, from any thread. */
  public void abort() {
    if (aborted.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("osiris-mysql-abort").start(this::cut);
    }
  }

  private void cut() {
    // The socket first: it frees whoever waits here, also when the server does not answer. The
    // server itself may compute on for long before it notices.
    closeQuietly(socket);
    try (MySqlSession other = server.connect(MySqlServer.Purpose.READ)) {
      other.execute("KILL " + id());
    } catch (SQLException | StepException gone) {
      // It has noticed, or cannot be reached: there is nothing more that can be done from here.
      return;
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException closed) {
      // Whatever is wrong with it, it is over.
      closeQuietly(socket);
    }
    closeQuietly(socket);
  }

  static void closeQuietly(@Nullable Socket socket) {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException closed) {
        // It holds nothing more that could be lost.
        return;
      }
    }
  }
}
