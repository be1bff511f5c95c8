package dev.osiris.worker.drivers.postgres.encode;

import dev.osiris.step.Column;
import dev.osiris.worker.database.Source;

/** Expressions of DuckDB's SQL that make the text which PostgreSQL reads as the same value. */
final class TextOf {

  private TextOf() {}

  /**
   * Of a column.
   *
   * @param name quoted
   * @param array whether a list is an array, or JSON
   */
  static String column(String name, Column column, Source source, boolean array) {
    return switch (source.kind()) {
      case TEXT -> column.type().equalsIgnoreCase("VARCHAR") ? name : cast(name);
      case JSON -> name;
      case DATE, TIMESTAMP, TIMESTAMP_NS, TIMESTAMPTZ -> instant(name);
      case LIST -> array ? array(name, column.type()) : cast("to_json(" + name + ")");
      case NESTED -> cast("to_json(" + name + ")");
      default -> cast(name);
    };
  }

  /** Years before our era end in BC, where DuckDB has a word in parentheses behind the day. */
  private static String instant(String value) {
    String text = cast(value);
    return "CASE WHEN contains("
        + text
        + ", '(BC)') THEN replace("
        + text
        + ", ' (BC)', '') || ' BC' ELSE "
        + text
        + " END";
  }

  /** The literal of an array; those in an array are its further dimensions. */
  private static String array(String value, String type) {
    String element = type.substring(0, type.length() - 2);
    String item = "x" + type.length();
    return "CASE WHEN "
        + value
        + " IS NOT NULL THEN '{' || array_to_string(list_transform("
        + value
        + ", lambda "
        + item
        + ": coalesce("
        + element(item, element)
        + ", 'NULL')), ',') || '}' END";
  }

  private static String element(String item, String type) {
    if (type.endsWith("[]")) {
      return array(item, type);
    }
    Column column = new Column(item, type, true);
    Source source = Source.of(column);
    String text =
        source.kind() == Source.Kind.BLOB
            ? "'\\x' || hex(" + item + ")"
            : column(item, column, source, false);
    return "'\"' || replace(replace(" + text + ", '\\', '\\\\'), '\"', '\\\"') || '\"'";
  }

  private static String cast(String expression) {
    return "CAST(" + expression + " AS VARCHAR)";
  }
}
