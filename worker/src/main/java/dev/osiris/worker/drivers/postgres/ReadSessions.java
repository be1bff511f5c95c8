package dev.osiris.worker.drivers.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.postgresql.jdbc.PgConnection;

/** Sessions that see one snapshot and write nothing. Used by one thread; their rows by others. */
final class ReadSessions implements AutoCloseable {

  private final PostgresServer server;
  private final Consumer<Runnable> whenCancelled;
  private final List<PgConnection> sessions = new ArrayList<>();

  private ReadSessions(PostgresServer server, Consumer<Runnable> whenCancelled) {
    this.server = server;
    this.whenCancelled = whenCancelled;
  }

  /**
   * The first session, in its transaction.
   *
   * @param whenCancelled is told how to end each session at once
   */
  static ReadSessions open(PostgresServer server, Consumer<Runnable> whenCancelled) {
    ReadSessions opened = new ReadSessions(server, whenCancelled);
    opened.add();
    return opened;
  }

  PgConnection first() {
    return sessions.getFirst();
  }

  List<PgConnection> all() {
    return List.copyOf(sessions);
  }

  /** Opens more, until there are so many, that see what the first sees. */
  void share(int count) throws SQLException {
    if (sessions.size() >= count) {
      return;
    }
    String snapshot;
    try (Statement statement = first().createStatement();
        ResultSet result = statement.executeQuery("SELECT pg_export_snapshot()")) {
      result.next();
      snapshot = result.getString(1);
    }
    while (sessions.size() < count) {
      PgConnection session = add();
      try (Statement statement = session.createStatement()) {
        statement.execute("SET TRANSACTION SNAPSHOT " + Sql.text(snapshot));
      }
    }
  }

  private PgConnection add() {
    PgConnection session = server.connect();
    sessions.add(session);
    whenCancelled.accept(() -> PostgresServer.abort(session));
    try {
      session.setReadOnly(true);
      session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      session.setAutoCommit(false);
    } catch (SQLException e) {
      throw server.failures().of(e);
    }
    return session;
  }

  /** Ends all transactions and sessions. */
  @Override
  public void close() throws SQLException {
    for (PgConnection session : sessions) {
      session.close();
    }
  }
}
