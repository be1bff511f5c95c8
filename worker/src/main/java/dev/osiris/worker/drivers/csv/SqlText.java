package dev.osiris.worker.drivers.csv;

import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/** Names, texts and paths as DuckDB reads them in a statement. */
final class SqlText {

  private SqlText() {}

  static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  static String literal(char character) {
    return literal(String.valueOf(character));
  }

  static String list(Collection<String> texts) {
    return texts.stream().map(SqlText::literal).collect(Collectors.joining(",", "[", "]"));
  }

  /** One file for a reader that would take {@code data[1].csv} for a glob and read another file. */
  static String file(Path path) {
    StringBuilder escaped = new StringBuilder();
    for (char c : path.toString().toCharArray()) {
      escaped.append(c == '[' || c == '*' || c == '?' ? "[" + c + "]" : String.valueOf(c));
    }
    return literal(escaped.toString());
  }
}
