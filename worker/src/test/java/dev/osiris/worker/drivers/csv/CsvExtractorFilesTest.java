package dev.osiris.worker.drivers.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms that files come in, and what is said about those that break them. */
class CsvExtractorFilesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void lineEnds_areAllRead(String end) throws Exception {
    file("t.csv", String.join(end, "a,b", "1,x", "2,\"y,\"\"z\nw\"", ""));
    assertRows(Map.of(), "[[1, x], [2, y,\"z\nw]]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void lineEndInAHeader_doesNotHideTheRows(String end) throws Exception {
    for (String quoted : List.of("\n", "\r\n", "\r")) {
      String text = "of \"all\"" + end + "\"b" + quoted + "\",a" + end + "1,2" + end + "3,4" + end;
      file("t.csv", text);
      assertRows(Map.of("skip_rows", 1L), "[[1, 2], [3, 4]]");
      file("t.csv", "\"b" + quoted + "\",a" + end + "1,2" + end + "3,4" + end);
      assertRows(Map.of("columns", List.of("a")), "[[2], [4]]");
      assertRows(Map.of("header", false, "skip_rows", 1L), "[[1, 2], [3, 4]]");
    }
  }

  @Test
  void byteOrderMark_isNoPartOfTheName() throws Exception {
    file("t.csv", "\uFEFFid,b\n1,x\n");
    try (RecordingStepContext step = load(Map.of())) {
      assertThat(step.types()).containsExactly("id BIGINT", "b VARCHAR");
    }
  }

  @Test
  void headerNames_areKept_alsoKeywordsAndLineEnds() throws Exception {
    file("t.csv", "select,\"a\nb\",\"x\"\"y\",  c,größe 日本\n1,2,3,4,5\n");
    try (RecordingStepContext step = load(Map.of())) {
      assertThat(step.types())
          .containsExactly(
              "select BIGINT", "a\nb BIGINT", "x\"y BIGINT", "  c BIGINT", "größe 日本 BIGINT");
    }
  }

  @Test
  void headerNames_getANumber_whenTheyAreTakenOrMissing() throws Exception {
    file("t.csv", "a,A,,a_1\n1,2,3,4\n");
    try (RecordingStepContext step = load(Map.of())) {
      assertThat(step.types())
          .containsExactly("a BIGINT", "A_1 BIGINT", "column2 BIGINT", "a_1_1 BIGINT");
      assertThat(step.logs).hasSize(1).first().asString().startsWith("WARN 3 columns");
    }
  }

  @Test
  void header_canBeAbsent() throws Exception {
    file("t.csv", "1,x\n2,y\n");
    try (RecordingStepContext step = load(Map.of("header", false))) {
      assertThat(step.types()).containsExactly("column0 BIGINT", "column1 VARCHAR");
      assertThat(step.metrics).containsEntry("rows_read", 2.0).containsEntry("bytes_read", 8.0);
    }
  }

  @Test
  void header_canBeALaterLine_afterSkippedBlankAndCommentLines() throws Exception {
    file("t.csv", "report \"x\" of, y\n\n# made by\nunits,of\na,b # names\n\n1,2 # one\n3,4\n");
    assertRows(Map.of("header", 1L, "skip_rows", 1L, "comment", "#"), "[[1, 2 ], [3, 4]]");
  }

  @Test
  void skipRows_goesWithNoHeader() throws Exception {
    file("t.csv", "junk\n\n1,2\n3,4\n");
    assertRows(Map.of("header", false, "skip_rows", 2L), "[[1, 2], [3, 4]]");
  }

  @Test
  void blankLine_isSkipped_butIsANullInAFileOfOneColumn() throws Exception {
    file("t.csv", "a,b\n\n1,2\n\n");
    assertRows(Map.of(), "[[1, 2]]");
    file("t.csv", "a\n1\n\n\"\"\nNA\n");
    assertRows(Map.of("na_values", List.of("NA")), "[[1], [null], [], [null]]");
    assertRows(Map.of("skip_blank_lines", true, "na_values", List.of("NA")), "[[1], [], [null]]");
  }

  @Test
  void delimiterAndQuoteAndEscape_areConfigurable() throws Exception {
    file("t.csv", "a\tb\n'x\ty'\t'it\\'s'\n");
    assertRows(Map.of("delimiter", "\t", "quote", "'", "escape", "\\"), "[[x\ty, it's]]");
  }

  @Test
  void trailingDelimiter_isNoColumn_whenTheHeaderHasNone() throws Exception {
    file("t.csv", "a,b\n1,2,\n3,4,\n");
    assertRows(Map.of(), "[[1, 2], [3, 4]]");
  }

  @Test
  void columns_areProjectedInTheirOrder() throws Exception {
    file("t.csv", "a,b,c\n1,2,3\n");
    try (RecordingStepContext step = load(Map.of("columns", List.of("c", "a")))) {
      assertThat(step.types()).containsExactly("c BIGINT", "a BIGINT");
    }
  }

  @Test
  void columns_areRefused_whenUnknown_withASuggestion() throws Exception {
    file("t.csv", "amount,b\n1,2\n");
    StepException thrown = failure(Map.of("columns", List.of("amuont")));
    assertThat(thrown.failure().code()).isEqualTo(FailureCode.COLUMN_UNKNOWN);
    assertThat(thrown.getMessage()).contains("did you mean 'amount'");
  }

  @Test
  void limit_endsTheTable_alsoBeforeABadLine() throws Exception {
    StringBuilder text = new StringBuilder("a\n");
    for (int i = 0; i < 20_000; i++) {
      text.append(i).append('\n');
    }
    file("t.csv", text.toString());
    try (RecordingStepContext step = load(Map.of("limit", 7L))) {
      assertThat(step.rows("SELECT count(*), max(a) FROM main")).containsExactly(List.of(7L, 6L));
    }
  }

  @Test
  void filesOfAGlob_areMatchedByName_inTheirOrder() throws Exception {
    file("p1.csv", "id,name\n1,a\n2,b\n");
    file("p2.csv", "extra,NAME,id\n0.5,c,3\n");
    file("p3.csv", "id,name\n4,d\n");
    try (RecordingStepContext step = load(Map.of("path", "p*.csv"))) {
      assertThat(step.types()).containsExactly("id BIGINT", "name VARCHAR", "extra DOUBLE");
      assertThat(step.rows("FROM main").toString())
          .isEqualTo("[[1, a, null], [2, b, null], [3, c, 0.5], [4, d, null]]");
    }
  }

  @Test
  void fileWithGlobCharacters_isReadItself() throws Exception {
    file("data1.csv", "a\n1\n");
    file("data[1].csv", "a\n2\n");
    assertRows(Map.of("path", "data[1].csv"), "[[2]]");
  }

  @Test
  void rows_keepTheirOrder_withTwoThreads() throws Exception {
    StringBuilder text = new StringBuilder("id,text\n");
    for (int i = 0; i < 600_000; i++) {
      text.append(i).append(i % 3 == 0 ? ",\"line\n\"\"" + i + "\"\",\"\n" : ",some words here\n");
    }
    file("t.csv", text.toString());
    try (RecordingStepContext step = load(Map.of())) {
      assertThat(step.rows("SELECT count(*), bool_and(id = rowid) FROM main"))
          .containsExactly(List.of(600_000L, true));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"utf-16", "latin-1"})
  void encodings_areDecoded(String encoding) throws Exception {
    Charset charset =
        encoding.equals("utf-16") ? StandardCharsets.UTF_16LE : StandardCharsets.ISO_8859_1;
    StringBuilder text = new StringBuilder(encoding.equals("utf-16") ? "\uFEFFé,b\n" : "é,b\n");
    for (int i = 0; i < 50_000; i++) {
      text.append("größe").append(i).append(",").append(i).append('\n');
    }
    Files.write(folder.resolve("t.csv"), text.toString().getBytes(charset));
    try (RecordingStepContext step = load(Map.of("encoding", encoding))) {
      assertThat(step.types()).containsExactly("é VARCHAR", "b BIGINT");
      assertThat(step.rows("SELECT count(*), bool_and(é = 'größe' || b) FROM main"))
          .containsExactly(List.of(50_000L, true));
    }
  }

  @Test
  void encoding_isRefused_whenItIsNotServed() throws Exception {
    file("t.csv", "a\n1\n");
    assertThat(failure(Map.of("encoding", "cp1250")).failure().code())
        .isEqualTo(FailureCode.CONFIG_INVALID);
    Files.write(folder.resolve("t.csv"), "\uFEFFa\n1\n".getBytes(StandardCharsets.UTF_16BE));
    assertThat(failure(Map.of("encoding", "utf-16")).failure().code())
        .isEqualTo(FailureCode.ENCODING_INVALID);
  }

  @Test
  void wrongEncoding_failsWithItsLine() throws Exception {
    StringBuilder text = new StringBuilder("a,b\n");
    for (int i = 0; i < 30_000; i++) {
      text.append(i).append(i == 20_000 ? ",café\n" : ",\"x\ny\"\n");
    }
    Files.write(folder.resolve("t.csv"), text.toString().getBytes(StandardCharsets.ISO_8859_1));
    for (String bad : List.of("error", "skip")) {
      StepException thrown = failure(Map.of("on_bad_lines", bad));
      assertThat(thrown.failure().code()).isEqualTo(FailureCode.ENCODING_INVALID);
      assertThat(thrown.getMessage()).doesNotContain("caf");
    }
    assertThat(failure(Map.of()).failure().where().line()).isEqualTo(2 + 2 * 20_000);
    Files.write(folder.resolve("t.csv"), "café\n1\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(failure(Map.of()).failure().code()).isEqualTo(FailureCode.ENCODING_INVALID);
  }

  @Test
  void raggedLine_failsWithLineAndColumns_withoutItsText() throws Exception {
    file("t.csv", "a,b,c\n1,\"x\ny\",3\n\n4,secret\n");
    StepException thrown = failure(Map.of());
    assertThat(thrown.failure().code()).isEqualTo(FailureCode.FILE_MALFORMED);
    assertThat(thrown.failure().where().line()).isEqualTo(5);
    assertThat(thrown.failure().where().file()).endsWith("t.csv");
    assertThat(thrown.getMessage()).contains("has 2 columns, expected 3").doesNotContain("secret");
    file("t.csv", "a,b\n1,2\n3,4,secret\n");
    assertThat(failure(Map.of()).getMessage()).contains("has 3 columns, expected 2");
  }

  @Test
  void raggedLine_isSkippedAndCounted_whenAsked() throws Exception {
    file("t.csv", "a,b\n1,2\n3\n4,5,6\n7,8\n");
    try (RecordingStepContext step = load(Map.of("on_bad_lines", "skip"))) {
      assertThat(step.rows("FROM main").toString()).isEqualTo("[[1, 2], [7, 8]]");
      assertThat(step.metrics).containsEntry("lines_skipped", 2.0);
      assertThat(step.rows("SELECT table_name FROM duckdb_tables() WHERE NOT temporary"))
          .containsExactly(List.of("main"));
    }
  }

  @Test
  void skippedLines_areZero_whenAllAreGood() throws Exception {
    file("t.csv", "a,b\n1,2\n");
    try (RecordingStepContext step = load(Map.of("on_bad_lines", "skip"))) {
      assertThat(step.metrics).containsEntry("lines_skipped", 0.0);
    }
  }

  @Test
  void openQuote_failsWithItsLine() throws Exception {
    file("t.csv", "a,b\n1,2\n3,\"secret\n4,5\n");
    StepException thrown = failure(Map.of());
    assertThat(thrown.failure().code()).isEqualTo(FailureCode.FILE_MALFORMED);
    assertThat(thrown.failure().where().line()).isEqualTo(3);
    assertThat(thrown.getMessage()).doesNotContain("secret");
    file("t.csv", "a,\"b\n1,2\n");
    assertThat(failure(Map.of()).failure().code()).isEqualTo(FailureCode.FILE_MALFORMED);
  }

  @Test
  void mixedLineEnds_areNamed() throws Exception {
    file("t.csv", "a,b\n1,2\n3,4\r\n5,6\n");
    StepException thrown = failure(Map.of());
    assertThat(thrown.failure().code()).isEqualTo(FailureCode.FILE_MALFORMED);
    assertThat(thrown.getMessage()).contains("mixes line ends");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\uFEFF", "\n\n"})
  void fileWithoutALine_isEmpty(String text) throws Exception {
    file("t.csv", text);
    assertThat(failure(Map.of()).failure().code()).isEqualTo(FailureCode.FILE_EMPTY);
  }

  @Test
  void missingFile_isNotFound() {
    assertThat(failure(Map.of("path", "no.csv")).failure().code())
        .isEqualTo(FailureCode.FILE_NOT_FOUND);
  }

  @Test
  void gzip_isRead_byItsEndingOrByName() throws Exception {
    Files.write(folder.resolve("t.csv.gz"), gzip("a\n1\n"));
    assertRows(Map.of("path", "t.csv.gz"), "[[1]]");
    Files.write(folder.resolve("t.csv"), gzip("a\n2\n"));
    assertRows(Map.of("compression", "gzip"), "[[2]]");
  }

  @Test
  void truncatedArchive_fails_alsoWhereItEndsAtALine() throws Exception {
    StringBuilder text = new StringBuilder("a,b\n");
    for (int i = 0; i < 200_000; i++) {
      text.append(i).append(",").append(i * 7919L % 1000).append('\n');
    }
    byte[] packed = gzip(text.toString());
    for (int length : new int[] {packed.length - 4, packed.length - 8, packed.length / 2, 30}) {
      Files.write(folder.resolve("t.csv.gz"), Arrays.copyOf(packed, length));
      assertThat(failure(Map.of("path", "t.csv.gz")).failure().code())
          .isEqualTo(FailureCode.FILE_MALFORMED);
    }
    packed[packed.length - 6] ^= 1;
    Files.write(folder.resolve("t.csv.gz"), packed);
    assertThat(failure(Map.of("path", "t.csv.gz")).failure().code())
        .isEqualTo(FailureCode.FILE_MALFORMED);
    file("t.csv.gz", "a\n1\n");
    assertThat(failure(Map.of("path", "t.csv.gz")).failure().code())
        .isEqualTo(FailureCode.FILE_MALFORMED);
  }

  @Test
  void truncatedZstd_fails_andAWholeOneIsRead() throws Exception {
    try (RecordingStepContext step =
        RecordingStepContext.extractor(folder, Map.of("path", "unused"))) {
      step.execute(
          "COPY (SELECT range AS a, range * 7919 % 1000 AS b FROM range(300000)) TO '"
              + folder.resolve("t.csv.zst")
              + "' (FORMAT csv, COMPRESSION zstd)");
    }
    try (RecordingStepContext step = load(Map.of("path", "t.csv.zst"))) {
      assertThat(step.rows("SELECT count(*) FROM main")).containsExactly(List.of(300_000L));
    }
    byte[] packed = Files.readAllBytes(folder.resolve("t.csv.zst"));
    for (int length : new int[] {packed.length - 1, packed.length - 4, packed.length / 2}) {
      Files.write(folder.resolve("t.csv.zst"), Arrays.copyOf(packed, length));
      assertThat(failure(Map.of("path", "t.csv.zst")).failure().code())
          .isEqualTo(FailureCode.FILE_MALFORMED);
    }
  }

  @Test
  void otherArchives_areRefusedWithTheReason() throws Exception {
    file("t.csv.bz2", "x");
    StepException thrown = failure(Map.of("path", "t.csv.bz2"));
    assertThat(thrown.failure().code()).isEqualTo(FailureCode.CONFIG_INVALID);
    assertThat(thrown.getMessage()).contains("gzip and zstd only");
  }

  @Test
  void signsOfTheDialect_areChecked() throws Exception {
    file("t.csv", "a\n1\n");
    for (Map<String, Object> config :
        List.<Map<String, Object>>of(
            Map.of("delimiter", "→"),
            Map.of("delimiter", "\""),
            Map.of("na_values", List.of("a,b")))) {
      assertThat(failure(config).failure().code()).isEqualTo(FailureCode.CONFIG_INVALID);
    }
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return packed.toByteArray();
  }

  private void assertRows(Map<String, Object> config, String rows) throws Exception {
    try (RecordingStepContext step = load(config)) {
      assertThat(step.rows("FROM main")).hasToString(rows);
    }
  }

  private RecordingStepContext load(Map<String, Object> given) throws Exception {
    Map<String, Object> config = new LinkedHashMap<>(Map.of("path", "t.csv"));
    config.putAll(given);
    return RecordingStepContext.extracted(folder, config);
  }

  private StepException failure(Map<String, Object> config) {
    return catchThrowableOfType(StepException.class, () -> load(config).close());
  }
}
