package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.worker.database.CommitQuestion;
import dev.osiris.worker.database.CommitQuestion.Outcome;
import dev.osiris.worker.drivers.postgres.PostgresServer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/**
 * By what a server knows a transaction later: its number, the cluster that gave it, and the
 * cluster's timeline, since a replica that took over may have given the number to another one.
 */
final class CommitIdentity {

  private static final String NONE = "none";

  private static final String PLACE =
      "SELECT (SELECT system_identifier FROM pg_catalog.pg_control_system())::text,"
          + " substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8)";

  private static final Pattern TEXT =
      Pattern.compile("xid=(\\d+);system=(\\d+);timeline=([0-9A-F]{8})");

  private CommitIdentity() {}

  /** To ask what became of a commit of that server. */
  static CommitQuestion question(PostgresServer server) {
    return new CommitQuestion(
        identity -> {
          try (PgConnection session = server.connect()) {
            return ask(session, identity);
          }
        },
        "the user may call pg_control_system() and pg_xact_status()");
  }

  /** Of the transaction that runs; a server that does not tell has {@code none}. */
  static String of(PgConnection session) throws SQLException {
    Savepoint before = session.setSavepoint();
    try (Statement statement = session.createStatement();
        ResultSet result =
            statement.executeQuery(PLACE + ", pg_catalog.pg_current_xact_id()::text")) {
      result.next();
      return "xid=%s;system=%s;timeline=%s"
          .formatted(result.getString(3), result.getString(1), result.getString(2));
    } catch (SQLException refused) {
      if (session.isClosed()) {
        throw refused;
      }
      session.rollback(before);
      return NONE;
    }
  }

  /** Asks for a transaction of this or an earlier session; not inside a transaction. */
  private static Outcome ask(PgConnection session, String identity) throws SQLException {
    Matcher parts = TEXT.matcher(identity);
    if (!parts.matches()) {
      return Outcome.UNKNOWN;
    }
    try (PreparedStatement statement =
        session.prepareStatement(PLACE + ", pg_catalog.pg_xact_status(?::text::xid8)")) {
      statement.setString(1, parts.group(1));
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        boolean same =
            parts.group(2).equals(result.getString(1))
                && parts.group(3).equals(result.getString(2));
        return same ? outcome(result.getString(3)) : Outcome.UNKNOWN;
      }
    } catch (SQLException e) {
      if (session.isClosed()) {
        throw e;
      }
      // It may not be asked, or has no such transaction: one that forgot does not know either.
      return Outcome.UNKNOWN;
    }
  }

  private static Outcome outcome(@Nullable String status) {
    return switch (status) {
      case "committed" -> Outcome.COMMITTED;
      case "aborted" -> Outcome.ABORTED;
      case "in progress" -> Outcome.RUNNING;
      case null, default -> Outcome.UNKNOWN;
    };
  }
}
