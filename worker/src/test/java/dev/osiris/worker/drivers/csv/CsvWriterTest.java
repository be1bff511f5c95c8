package dev.osiris.worker.drivers.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes that the writer makes. */
class CsvWriterTest {

  private static final String TRICKY =
      "SELECT * FROM (VALUES (1, 'x', 1.5::DOUBLE, NULL), (2, '', 1e300, 'a,\"b\"'),"
          + " (3, 'l\nm', NULL, '# c')) v(id, b, a, \"C\")";

  @TempDir Path folder;

  @Test
  void columns_areSortedByName_unlessTheSourcesOrderIsAsked() throws Exception {
    assertThat(write(TRICKY))
        .isEqualTo("C,a,b,id\n,1.5,x,1\n\"a,\"\"b\"\"\",1e+300,\"\",2\n\"# c\",,\"l\nm\",3\n");
    assertThat(write("SELECT 1 AS b, 2 AS a", "column_order", "source")).isEqualTo("b,a\n1,2\n");
  }

  @Test
  void nullAndEmptyText_differ_inEveryQuoting() throws Exception {
    String query = "SELECT * FROM (VALUES (1, 'x', NULL), (2, '', 'y')) v(a, b, c)";
    assertThat(write(query, "quoting", "all"))
        .isEqualTo("\"a\",\"b\",\"c\"\n\"1\",\"x\",\n\"2\",\"\",\"y\"\n");
    assertThat(write(query, "quoting", "nonnumeric"))
        .isEqualTo("a,\"b\",\"c\"\n1,\"x\",\n2,\"\",\"y\"\n");
    assertThat(write(query + " UNION ALL SELECT 3, 'NA', ''", "null_value", "NA"))
        .isEqualTo("a,b,c\n1,x,NA\n2,,y\n3,\"NA\",\n");
  }

  @Test
  void form_isConfigurable() throws Exception {
    assertThat(
            write(
                "SELECT 'a;b' AS x, 'it''s' AS y",
                "delimiter",
                ";",
                "quote",
                "'",
                "escape",
                "\\",
                "newline",
                "crlf"))
        .isEqualTo("x;y\r\n'a;b';'it\\'s'\r\n");
    assertThat(write("SELECT 1 AS x", "newline", "cr", "header", false)).isEqualTo("1\r");
    assertThat(write("SELECT 1 AS x WHERE false")).isEqualTo("x\n");
  }

  @Test
  void otherTypes_areWrittenAsTheEnginePrintsThem() throws Exception {
    assertThat(
            write(
                "SELECT true AS a, DATE '2024-01-05' AS b, TIMESTAMPTZ '2024-01-05 10:00:00+02' AS"
                    + " c, '\\xAB'::BLOB AS d, [1, 2] AS e, {'k': 1} AS f, 'nan'::DOUBLE AS g,"
                    + " 12.50::DECIMAL(10,2) AS h, INTERVAL 1 DAY AS i"))
        .isEqualTo(
            "a,b,c,d,e,f,g,h,i\ntrue,2024-01-05,2024-01-05 08:00:00+00,\\xAB,\"[1, 2]\",{'k': 1},"
                + "nan,12.50,1 day\n");
  }

  @Test
  void rows_keepTheirOrder_andBytesAreTheSame_withTwoThreads() throws Exception {
    String query = "SELECT range AS id, 'text ' || range AS t FROM range(400000)";
    String first = write(query);
    assertThat(write(query)).isEqualTo(first);
    List<String> lines = first.lines().toList();
    assertThat(lines).hasSize(400_001);
    for (int i = 0; i < 400_000; i++) {
      assertThat(lines.get(i + 1)).isEqualTo(i + ",text " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"latin-1,ISO-8859-1", "utf-16,UTF-16"})
  void otherEncodings_areWritten_andLeaveNothingBehind(String encoding, String charset)
      throws Exception {
    byte[] bytes = bytes("t.csv", "SELECT 'größe' AS x", Map.of("encoding", encoding));
    assertThat(new String(bytes, charset)).isEqualTo("x\ngröße\n");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".csv") || name.startsWith(".target"))
          .containsExactly("t.csv");
    }
  }

  @Test
  void unmappableCharacter_failsWithRowAndColumn_andLeavesTheOldFile() throws Exception {
    Files.writeString(folder.resolve("t.csv"), "old");
    String query = "SELECT * FROM (VALUES ('k', 'a\n\"b'), ('secret', '日')) v(a, b)";
    for (String encoding : List.of("ascii", "latin-1")) {
      StepException thrown =
          catchThrowableOfType(
              StepException.class, () -> bytes("t.csv", query, Map.of("encoding", encoding)));
      assertThat(thrown.failure().code()).isEqualTo(FailureCode.TYPE_UNSUPPORTED);
      assertThat(thrown.failure().where().row()).isEqualTo(2);
      assertThat(thrown.failure().where().column()).isEqualTo("b");
      assertThat(thrown.getMessage()).doesNotContain("日").doesNotContain("secret");
    }
    assertThat(folder.resolve("t.csv")).hasContent("old");
  }

  @Test
  void compression_followsTheEnding() throws Exception {
    for (String encoding : List.of("utf-8", "latin-1")) {
      byte[] packed = bytes("t.csv.gz", "SELECT 'ä' AS x", Map.of("encoding", encoding));
      try (GZIPInputStream text = new GZIPInputStream(new java.io.ByteArrayInputStream(packed))) {
        assertThat(
                new String(
                    text.readAllBytes(),
                    encoding.equals("utf-8")
                        ? StandardCharsets.UTF_8
                        : StandardCharsets.ISO_8859_1))
            .isEqualTo("x\nä\n");
      }
    }
    byte[] zstd = bytes("t.csv.zst", "SELECT 1 AS x", Map.of());
    assertThat(Arrays.copyOf(zstd, 4)).isEqualTo(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD});
  }

  @Test
  void rows_areReported() throws Exception {
    try (RecordingStepContext step =
        RecordingStepContext.writer(folder, Map.of("path", "t.csv"), TRICKY)) {
      new CsvWriter().run(step);
      assertThat(step.committed).containsExactly(3L);
      assertThat(step.metrics).containsEntry("rows_written", 3.0);
      assertThat(step.metrics.get("bytes_written"))
          .isEqualTo((double) Files.size(folder.resolve("t.csv")));
    }
  }

  private String write(String query, Object... pairs) throws Exception {
    Map<String, Object> config = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      config.put((String) pairs[i], pairs[i + 1]);
    }
    return new String(bytes("t.csv", query, config), StandardCharsets.UTF_8);
  }

  private byte[] bytes(String path, String query, Map<String, Object> given) throws Exception {
    Map<String, Object> config = new LinkedHashMap<>(given);
    config.put("path", path);
    try (RecordingStepContext step = RecordingStepContext.writer(folder, config, query)) {
      new CsvWriter().run(step);
    }
    return Files.readAllBytes(folder.resolve(path));
  }
}
