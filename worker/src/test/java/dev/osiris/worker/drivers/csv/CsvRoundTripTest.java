package dev.osiris.worker.drivers.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the writer wrote, the extractor reads as it was; what others wrote, as RFC 4180 says. */
class CsvRoundTripTest {

  private static final List<String> PIECES =
      List.of(
          "a", "B", "0", "7", ".", "-", "é", "日本", "😀", ",", "\"", "\n", "\r\n", "\r", "'", ";",
          " ", "\t", "\\", "#", "NULL", "true", "e5");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{quoting: all}",
        "{newline: crlf}",
        "{newline: cr}",
        "{delimiter: ;, quote: ', escape: \\}",
        "{encoding: utf-16}",
      })
  void tables_survive_whateverTheForm(String form) throws Exception {
    String query =
        "SELECT * FROM (VALUES"
            + " (1, '', 1.5::DOUBLE, true, 9223372036854775808::HUGEINT),"
            + " (2, NULL, -0.0, NULL, '-170141183460469231731687303715884105728'::HUGEINT),"
            + " (3, ' pad ', 1e-300, false, NULL),"
            + " (-9223372036854775808, '\"', 0.1, true, 0),"
            + " (9223372036854775807, 'a,b;c''d\\e', 0.30000000000000004, true, 1),"
            + " (NULL, 'l\nm', 5e-324, true, 2),"
            + " (4, 'l\r\nm\r', 1.7976931348623157e308, true, 3),"
            + " (5, '# no comment', 123456789.125, true, 4),"
            + " (6, '\uFEFFb', 1e22, true, 5),"
            + " (7, ' \"q\" ', 100.0, true, 6)"
            + ") v(i, \"t,\"\"\n\", d, b, h)";
    Map<String, Object> config = new java.util.LinkedHashMap<>();
    for (String pair : form.substring(1, form.length() - 1).split(", ")) {
      if (!pair.isEmpty()) {
        config.put(pair.split(": ")[0], pair.split(": ")[1]);
      }
    }
    config.put("path", "t.csv");
    List<List<Object>> written;
    try (RecordingStepContext step = RecordingStepContext.writer(folder, config, query)) {
      new CsvWriter().run(step);
      written = step.rows("SELECT b, d, h, i, \"t,\"\"\n\" FROM \"input\"");
    }
    config.remove("quoting");
    config.remove("newline");
    try (RecordingStepContext step = RecordingStepContext.extractor(folder, config)) {
      new CsvExtractor().run(step);
      assertThat(step.types())
          .containsExactly("b BOOLEAN", "d DOUBLE", "h HUGEINT", "i BIGINT", "t,\"\n VARCHAR");
      assertThat(step.rows("FROM main")).isEqualTo(written);
    }
  }

  @Test
  void nulls_surviveInOneColumn() throws Exception {
    try (RecordingStepContext step =
        RecordingStepContext.writer(
            folder, Map.of("path", "t.csv"), "SELECT unnest(['x', NULL, '', NULL]) AS a")) {
      new CsvWriter().run(step);
    }
    try (RecordingStepContext step =
        RecordingStepContext.extractor(folder, Map.of("path", "t.csv"))) {
      new CsvExtractor().run(step);
      assertThat(step.rows("FROM main").toString()).isEqualTo("[[x], [null], [], [null]]");
    }
  }

  /** Three hundred seeded files against a parser of twenty lines. */
  @Test
  void randomFiles_areReadAsTheOracleReadsThem() throws Exception {
    try (RecordingStepContext step =
        RecordingStepContext.extractor(folder, Map.of("path", "t.csv"))) {
      for (int seed = 0; seed < 300; seed++) {
        Random random = new Random(seed);
        String end = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
        String text = randomFile(random, 1 + random.nextInt(5), end);
        Files.writeString(folder.resolve("t.csv"), text);
        List<List<String>> expected = oracle(text);
        List<String> types = expected.removeFirst().stream().map(c -> c + " VARCHAR").toList();
        new CsvExtractor().run(step);
        assertThat(step.types()).as("seed %d", seed).isEqualTo(types);
        assertThat(step.rows("FROM main")).as("seed %d: %s", seed, text).isEqualTo(expected);
      }
    }
  }

  private static String randomFile(Random random, int width, String end) {
    StringBuilder text = new StringBuilder();
    int rows = random.nextInt(30);
    for (int row = -1; row <= rows; row++) {
      for (int column = 0; column < width; column++) {
        text.append(column == 0 ? "" : ",");
        if (row < 0) {
          text.append("c").append(column);
        } else if (row == 0) {
          text.append("text");
        } else {
          text.append(randomField(random, end));
        }
      }
      text.append(row == rows && random.nextBoolean() ? "" : end);
    }
    return text.toString();
  }

  private static String randomField(Random random, String end) {
    StringBuilder value = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      String piece = PIECES.get(random.nextInt(PIECES.size()));
      value.append(piece.isBlank() && !piece.equals(" ") && !piece.equals("\t") ? end : piece);
    }
    String field = value.toString();
    boolean needed = field.matches("(?s).*[,\"\n\r].*");
    return needed || random.nextInt(4) == 0 ? '"' + field.replace("\"", "\"\"") + '"' : field;
  }

  /** RFC 4180: an unquoted empty field is NULL. */
  private static List<List<String>> oracle(String text) {
    List<List<String>> records = new ArrayList<>();
    List<String> record = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      StringBuilder field = new StringBuilder();
      boolean quoted = text.charAt(at) == '"';
      for (at += quoted ? 1 : 0; at < text.length(); at++) {
        char c = text.charAt(at);
        boolean pair = quoted && c == '"' && at + 1 < text.length() && text.charAt(at + 1) == '"';
        if (quoted ? c == '"' && !pair : ",\r\n".indexOf(c) >= 0) {
          break;
        }
        field.append(c);
        at += pair ? 1 : 0;
      }
      at += quoted ? 1 : 0;
      record.add(!quoted && field.isEmpty() ? null : field.toString());
      boolean more = at < text.length() && text.charAt(at) == ',';
      if (!more) {
        records.add(record);
        record = new ArrayList<>();
        at += text.startsWith("\r\n", at) ? 1 : 0;
      }
      at++;
      if (more && (at == text.length() || "\r\n".indexOf(text.charAt(at)) >= 0)) {
        record.add(null);
        records.add(record);
        record = new ArrayList<>();
        at += text.startsWith("\r\n", at) ? 2 : 1;
      }
    }
    return records;
  }
}
