package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.worker.database.CommitQuestion;
import dev.osiris.worker.database.CommitQuestion.Outcome;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.WriteTarget;
import dev.osiris.worker.drivers.mysql.session.MySqlServer;
import dev.osiris.worker.drivers.mysql.session.MySqlServer.Purpose;
import dev.osiris.worker.drivers.mysql.session.MySqlSession;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of {@code osiris_writes} that a transaction leaves beside what it writes: it is there once
 * the transaction is committed, and never otherwise.
 */
final class CommitRow {

  private static final String TABLE = "osiris_writes";
  private static final String NONE = "none";
  private static final Pattern TEXT = Pattern.compile("id=([0-9a-f-]{36});session=(\\d+)");
  private static final int DUPLICATE = 1062;
  private static final int LOCKED = 1205;

  private final String path;
  private final boolean allowed;

  private CommitRow(String path, boolean allowed) {
    this.path = path;
    this.allowed = allowed;
  }

  /** Makes the table where it is missing and may be made. Ends a transaction that runs. */
  static CommitRow prepare(MySqlSession session, WriteTarget target) throws SQLException {
    String path = path(target);
    if (exists(session, path)) {
      return new CommitRow(path, true);
    }
    try {
      session.execute(create(target));
      return new CommitRow(path, true);
    } catch (SQLException e) {
      if (MySqlSession.isLost(e)) {
        throw e;
      }
      return new CommitRow(path, false);
    }
  }

  /** The statement that makes the table. */
  static String create(WriteTarget target) {
    return "CREATE TABLE IF NOT EXISTS "
        + path(target)
        + " (id char(36) CHARACTER SET ascii PRIMARY KEY, target varchar(200) NOT NULL,"
        + " row_count bigint NOT NULL,"
        + " written_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), INDEX (written_at))"
        + " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4";
  }

  private static boolean exists(MySqlSession session, String path) throws SQLException {
    try {
      session.text("SELECT 1 FROM " + path + " LIMIT 1");
      return true;
    } catch (SQLException e) {
      if (MySqlSession.isLost(e)) {
        throw e;
      }
      return false;
    }
  }

  /** Adds the row to the transaction that runs. Returns its identity, {@code none} without one. */
  String add(MySqlSession session, String target, long rows) throws SQLException {
    if (!allowed) {
      return NONE;
    }
    String id = UUID.randomUUID().toString();
    session.execute("SAVEPOINT osiris_commit");
    try {
      insert(session, path, id, target, rows);
    } catch (SQLException e) {
      if (MySqlSession.isLost(e)) {
        throw e;
      }
      session.execute("ROLLBACK TO SAVEPOINT osiris_commit");
      return NONE;
    }
    return "id=" + id + ";session=" + session.id();
  }

  /** Deletes rows that nobody will ask for any more; outside of a transaction. */
  void deleteOld(MySqlSession session) {
    if (allowed) {
      try {
        session.execute(
            "DELETE FROM " + path + " WHERE written_at < NOW(6) - INTERVAL 30 DAY LIMIT 1000");
      } catch (SQLException later) {
        // Another writer will.
        return;
      }
    }
  }

  /** To ask what became of a commit to that target. */
  static CommitQuestion question(MySqlServer server, WriteTarget target) {
    return new CommitQuestion(
        identity -> ask(server, path(target), identity),
        "the user may make and write the table " + TABLE);
  }

  /**
   * Tries to add the same row. Where it is there, the transaction was committed; where it is not,
   * it was rolled back. While the transaction runs, the server lets nobody know, and is asked to
   * end it: its session has nobody any more who could.
   */
  private static Outcome ask(MySqlServer server, String path, String identity) throws SQLException {
    Matcher parts = TEXT.matcher(identity);
    if (!parts.matches()) {
      return Outcome.UNKNOWN;
    }
    try (MySqlSession session = server.connect(Purpose.READ)) {
      session.execute("SET innodb_lock_wait_timeout = 3");
      session.execute("START TRANSACTION");
      try {
        insert(session, path, parts.group(1), "", 0);
        return Outcome.ABORTED;
      } catch (SQLException e) {
        return switch (e.getErrorCode()) {
          case DUPLICATE -> Outcome.COMMITTED;
          case LOCKED -> {
            session.execute("KILL " + parts.group(2));
            yield Outcome.RUNNING;
          }
          default -> {
            if (MySqlSession.isLost(e)) {
              throw e;
            }
            yield Outcome.UNKNOWN;
          }
        };
      } finally {
        session.execute("ROLLBACK");
      }
    }
  }

  private static void insert(MySqlSession session, String path, String id, String target, long rows)
      throws SQLException {
    try (PreparedStatement statement =
        session
            .jdbc()
            .prepareStatement(
                "INSERT INTO " + path + " (id, target, row_count) VALUES (?, left(?, 200), ?)")) {
      statement.setString(1, id);
      statement.setString(2, target);
      statement.setLong(3, rows);
      statement.executeUpdate();
    }
  }

  private static String path(WriteTarget target) {
    return Quoting.BACKTICKS.path(target.schema(), TABLE);
  }
}
