package dev.osiris.worker.drivers.csv;

/**
 * A type with the SQL that makes a value of it from a text, and the SQL that says whether the value
 * is exactly what the text meant.
 *
 * @param name DuckDB's name of the type
 * @param cast SQL with <code>{x}</code> for the text; NULL where it is no such value
 * @param exact SQL with <code>{x}</code> for the text, which is not NULL, and <code>{t}</code> for
 *     what {@code cast} made of it; NULL means no
 */
record CheckedType(String name, String cast, String exact) {

  /** The text that an inexact value ends a load with. It is the driver's own, never a value. */
  static final String MARKER = "osiris: a value does not fit its column";

  static CheckedType of(String name, String exact) {
    return new CheckedType(name, "TRY_CAST({x} AS " + name + ")", exact);
  }

  String castOf(String text) {
    return cast.replace("{x}", text);
  }

  String exactOf(String text, String value) {
    return exact.replace("{t}", value).replace("{x}", text);
  }

  /** The value, or the end of the statement when it is not exact. */
  String checked(String text, String value) {
    return "CASE WHEN "
        + text
        + " IS NULL THEN NULL WHEN "
        + exactOf(text, value)
        + " THEN "
        + value
        + " ELSE error('"
        + MARKER
        + "') END";
  }
}
