package dev.osiris.worker.drivers.postgres;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.database.Quoting;
import java.sql.SQLException;
import org.postgresql.core.Parser;

/** Texts of PostgreSQL's SQL. */
public final class Sql {

  private Sql() {}

  public static String name(String identifier) {
    return Quoting.DOUBLE_QUOTES.name(identifier);
  }

  /**
   * Refuses several statements in one text, of which a later one could end the read-only
   * transaction.
   *
   * @throws StepException {@code SQL_REFUSED}
   */
  static void checkSingle(String sql) throws SQLException {
    if (Parser.parseJdbcSql(sql, true, false, true, true, false).size() > 1) {
      throw StepException.of(
          FailureCode.SQL_REFUSED,
          "the query is more than one statement",
          "leave one that reads, such as a SELECT");
    }
  }

  /** A literal, whatever the server takes a backslash for. */
  public static String text(String value) {
    String quoted = "'" + value.replace("'", "''").replace("\\", "\\\\") + "'";
    return value.indexOf('\\') < 0 ? quoted : " E" + quoted;
  }
}
