package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepTargets;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.PendingCommit;
import dev.osiris.worker.drivers.postgres.PostgresServer;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.jdbc.PgConnection;

/**
 * The one transaction in which a step writes. Asked to stop, it ends at once as long as nothing is
 * committed; a commit that was sent gets time to be answered.
 */
final class WriteTransaction implements AutoCloseable {

  /** A server that has not answered COMMIT by then is asked in another session. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private static final Duration ANSWER_WHEN_STOPPED = Duration.ofSeconds(10);

  /** Classes of SQLSTATE: data, constraints, conflicts with other transactions, triggers. */
  private static final Set<String> ANSWERS = Set.of("22", "23", "25", "40", "42", "44", "P0");

  private final PostgresServer server;
  private final PgConnection session;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private boolean committing;
  private boolean over;

  private WriteTransaction(PostgresServer server, PgConnection session) {
    this.server = server;
    this.session = session;
  }

  /**
   * Connects and begins.
   *
   * @throws StepException {@code CONNECTION_FAILED}, {@code AUTHENTICATION_FAILED}
   */
  static WriteTransaction begin(PostgresServer server, StepContext context) {
    WriteTransaction transaction = new WriteTransaction(server, server.connect());
    context.whenCancelled(transaction::stop);
    try {
      transaction.session.setAutoCommit(false);
    } catch (SQLException e) {
      throw server.failures().of(e);
    }
    return transaction;
  }

  PgConnection session() {
    return session;
  }

  /** Runs a statement. Returns the rows that it changed. */
  long run(String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(sql);
      return Math.max(0, statement.getLargeUpdateCount());
    }
  }

  /**
   * Commits, and returns when it is known that this has happened.
   *
   * @throws StepException {@code OUTCOME_UNKNOWN}; else nothing was committed
   * @throws SQLException when the server has refused it
   */
  void commit(StepTargets targets, String target, long rows) throws SQLException {
    // What is checked at the end fails here, where rows can still be looked at.
    run("SET CONSTRAINTS ALL IMMEDIATE");
    PendingCommit commit = new PendingCommit(target, rows, CommitIdentity.of(session));
    lock.lock();
    committing = true;
    lock.unlock();
    targets.commitBegins(commit);
    try {
      session.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER.toMillis()));
      session.commit();
    } catch (SQLException e) {
      if (isAnswer(e)) {
        throw e;
      }
      settle(commit, e);
    }
  }

  private void settle(PendingCommit commit, SQLException lost) {
    if (!CommitIdentity.question(server).committed(commit)) {
      throw new StepException(
          Failure.of(
                  FailureCode.CONNECTION_FAILED,
                  server.failures().server()
                      + " was lost in the commit, and has rolled it back; nothing was written")
              .advise("try again"),
          lost);
    }
  }

  /** These are about what the transaction did: the server has rolled it back. */
  private static boolean isAnswer(SQLException e) {
    String state = e.getSQLState();
    return state != null && state.length() == 5 && ANSWERS.contains(state.substring(0, 2));
  }

  private void stop() {
    lock.lock();
    try {
      if (committing) {
        CompletableFuture.delayedExecutor(ANSWER_WHEN_STOPPED.toMillis(), TimeUnit.MILLISECONDS)
            .execute(this::breakOff);
        return;
      }
    } finally {
      lock.unlock();
    }
    breakOff();
  }

  private void breakOff() {
    lock.lock();
    try {
      if (over) {
        return;
      }
    } finally {
      lock.unlock();
    }
    PostgresServer.abort(session);
  }

  /** Ends the session, and rolls back what is not committed. */
  @Override
  public void close() throws SQLException {
    lock.lock();
    over = true;
    lock.unlock();
    session.close();
  }
}
