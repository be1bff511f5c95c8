package dev.osiris.worker.drivers.postgres;

import dev.osiris.worker.database.Quoting;

/** Texts of PostgreSQL's SQL. */
final class Sql {

  private Sql() {}

  static String name(String identifier) {
    return Quoting.DOUBLE_QUOTES.name(identifier);
  }

  /** A literal, whatever the server takes a backslash for. */
  static String text(String value) {
    String quoted = "'" + value.replace("'", "''").replace("\\", "\\\\") + "'";
    return value.indexOf('\\') < 0 ? quoted : " E" + quoted;
  }
}
