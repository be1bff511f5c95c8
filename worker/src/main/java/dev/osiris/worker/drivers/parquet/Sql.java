package dev.osiris.worker.drivers.parquet;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Quoting for the statements of this package. */
final class Sql {

  private Sql() {}

  static String name(String identifier) {
    return "\"" + identifier.replace("\"", "\"\"") + "\"";
  }

  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  static String cast(String expression, DuckDbType type) {
    return "CAST(" + expression + " AS " + type.sql() + ")";
  }

  /**
   * A file as {@code read_parquet} takes it. DuckDB reads a path as a pattern, so that {@code
   * a[1].parquet} would quietly open {@code a1.parquet}: each special character becomes a class of
   * itself.
   */
  static String file(Path path) {
    return literal(path.toString().replaceAll("[*?\\[]", "[$0]"));
  }

  /** In a pattern, DuckDB takes a backslash for the end of a folder's name on every system. */
  static boolean isNameable(Path path) {
    String text = path.toString();
    return text.indexOf('\\') < 0 || text.chars().noneMatch(letter -> "*?[".indexOf(letter) >= 0);
  }

  static String files(List<Path> paths) {
    return paths.stream().map(Sql::file).collect(Collectors.joining(", ", "[", "]"));
  }

  /**
   * Two names with the same key are one column to DuckDB, which folds only the letters of ASCII.
   */
  static String key(String identifier) {
    return identifier
        .codePoints()
        .map(letter -> letter >= 'A' && letter <= 'Z' ? letter + 'a' - 'A' : letter)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
