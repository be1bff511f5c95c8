package dev.osiris.worker.duckdb;

import java.nio.file.Path;

/** Quoting, so that no name and no path can be anything else than a name or a path. */
final class Sql {

  private Sql() {}

  /** A quoted identifier. */
  static String name(String identifier) {
    return '"' + checked(identifier).replace("\"", "\"\"") + '"';
  }

  /** A string literal. */
  static String text(String value) {
    return '\'' + checked(value).replace("'", "''") + '\'';
  }

  /** The path of a file as a string literal. */
  static String path(Path path) {
    return text(path.toAbsolutePath().toString());
  }

  private static String checked(String value) {
    if (value.isEmpty() || value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "a name in SQL is neither empty nor holds a NUL character");
    }
    return value;
  }
}
