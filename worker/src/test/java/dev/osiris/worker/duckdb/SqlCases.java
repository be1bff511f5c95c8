package dev.osiris.worker.duckdb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Queries kept as SQL beside the tests: a line {@code --- title} opens each. */
final class SqlCases {
  /** {@code title} is what stands after the dashes, fields and all. */
  record Case(String title, String sql) {
    @Override
    public String toString() {
      return title;
    }
  }

  private SqlCases() {}

  static List<Case> load(String resource) {
    try (InputStream in = SqlCases.class.getResourceAsStream(resource)) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      List<Case> cases = new ArrayList<>();
      for (String block : text.split("(?m)^--- ")) {
        int line = block.indexOf('\n');
        if (line > 0) {
          // One line break belongs to the file, the rest to the query.
          String sql = block.substring(line + 1);
          cases.add(new Case(block.substring(0, line), sql.replaceFirst("\n$", "")));
        }
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
