package dev.osiris.e2e.badinput;

import dev.osiris.e2e.harness.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tables of {@code docs/errors.md}: written by {@code -Dgolden.update=true}, else compared with
 * what really came out.
 */
final class ErrorsPage {

  private final Path file = Installation.repository().resolve("docs/errors.md");
  private final String table;
  private final Map<String, String> rows = new LinkedHashMap<>();

  /** One of the page's tables, between its two markers. */
  ErrorsPage(String table) {
    this.table = table;
  }

  /** Keeps a row; the first cell is its key. */
  void add(String name, String... cells) {
    rows.put(
        name, "| " + name + " | " + String.join(" | ", List.of(cells)).replace("\n", " ") + " |");
  }

  /**
   * Rows that came out and are not on the page like that. Writes them instead where that was asked
   * for.
   */
  List<String> differences() {
    String page = read();
    int begin = page.indexOf(marker("begin"));
    int end = page.indexOf(marker("end"));
    if (begin < 0 || end < begin) {
      throw new AssertionError(file + " lacks the markers of table " + table);
    }
    String old = page.substring(begin + marker("begin").length(), end);
    if (Boolean.getBoolean("golden.update")) {
      String header =
          old.lines()
              .filter(line -> line.startsWith("|"))
              .limit(2)
              .collect(Collectors.joining("\n"));
      write(
          page.substring(0, begin)
              + marker("begin")
              + "\n"
              + header
              + "\n"
              + merged(old)
              + "\n"
              + page.substring(end));
      return List.of();
    }
    return rows.values().stream().filter(row -> old.lines().noneMatch(row::equals)).toList();
  }

  /** What was not run here keeps its row. */
  private String merged(String old) {
    Map<String, String> all = new LinkedHashMap<>();
    old.lines()
        .filter(line -> line.startsWith("| "))
        .skip(1)
        .forEach(line -> all.put(line.split(" \\| ", 2)[0].substring(2), line));
    all.putAll(rows);
    return String.join("\n", all.values());
  }

  private String marker(String which) {
    return "<!-- " + which + ": " + table + " -->";
  }

  private String read() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
