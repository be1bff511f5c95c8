package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepTargets;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.PendingCommit;
import dev.osiris.worker.database.WriteTarget;
import dev.osiris.worker.drivers.mysql.session.MySqlServer;
import dev.osiris.worker.drivers.mysql.session.MySqlServer.Purpose;
import dev.osiris.worker.drivers.mysql.session.MySqlSession;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The session of a step that writes, and its one transaction. Asked to stop, it ends at once as
 * long as nothing is committed; a commit that was sent gets time to be answered.
 */
final class WriteTransaction implements AutoCloseable {

  /** A server that has not answered COMMIT by then is asked in another session. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private static final Duration ANSWER_WHEN_STOPPED = Duration.ofSeconds(10);

  /** What cannot be kept is an error, and zero is a number like others; all is told. */
  private static final String STRICT =
      "SET sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION',"
          + " sql_notes = 1";

  private final MySqlServer server;
  private final WriteTarget target;
  private final MySqlSession session;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private boolean committing;
  private boolean over;

  private WriteTransaction(MySqlServer server, WriteTarget target, MySqlSession session) {
    this.server = server;
    this.target = target;
    this.session = session;
  }

  /**
   * Connects. The transaction has not begun yet: statements that define tables would end it.
   *
   * @throws StepException {@code CONNECTION_FAILED}, {@code AUTHENTICATION_FAILED}
   */
  static WriteTransaction open(MySqlServer server, WriteTarget target, StepContext context)
      throws SQLException {
    MySqlSession session = server.connect(Purpose.WRITE);
    WriteTransaction transaction = new WriteTransaction(server, target, session);
    context.whenCancelled(transaction::stop);
    try {
      session.execute(STRICT);
      return transaction;
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }

  MySqlSession session() {
    return session;
  }

  /** Whether the server takes LOAD DATA LOCAL. */
  boolean takesFiles() throws SQLException {
    return Objects.equals(session.text("SELECT @@GLOBAL.local_infile"), "1");
  }

  void begin() throws SQLException {
    session.execute("START TRANSACTION");
  }

  void rollback() throws SQLException {
    session.execute("ROLLBACK");
  }

  /** Runs a statement. Returns the rows that it changed. */
  long run(String sql) throws SQLException {
    return session.update(sql);
  }

  /** How many warnings and notes the last statement has left. */
  long warnings() throws SQLException {
    return Long.parseLong(Objects.requireNonNullElse(session.text("SELECT @@warning_count"), "0"));
  }

  /**
   * Commits, and returns when it is known that this has happened.
   *
   * @param name of the target, for people
   * @throws StepException {@code OUTCOME_UNKNOWN}; else nothing was committed
   * @throws SQLException when the server has refused it
   */
  void commit(CommitRow row, StepTargets targets, String name, long rows) throws SQLException {
    PendingCommit commit = new PendingCommit(name, rows, row.add(session, name, rows));
    lock.lock();
    committing = true;
    lock.unlock();
    targets.commitBegins(commit);
    try {
      session.jdbc().setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER.toMillis()));
      session.execute("COMMIT");
    } catch (SQLException e) {
      settle(commit, e);
      return;
    }
    row.deleteOld(session);
  }

  private void settle(PendingCommit commit, SQLException lost) throws SQLException {
    // The lock on its row ends with the session.
    session.close();
    if (!CommitRow.question(server, target).committed(commit)) {
      if (!MySqlSession.isLost(lost)) {
        throw lost;
      }
      throw new StepException(
          Failure.of(
                  FailureCode.CONNECTION_FAILED,
                  server.failures().server()
                      + " was lost in the commit, and has rolled it back; nothing was written")
              .advise("try again"),
          lost);
    }
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
    session.abort();
  }

  /** Ends the session, and with it a transaction that is not committed. */
  @Override
  public void close() {
    lock.lock();
    over = true;
    lock.unlock();
    session.close();
  }
}
