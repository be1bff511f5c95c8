package dev.osiris.worker.drivers.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetExtractorTest {

  @TempDir Path folder;
  private RecordingStepContext step;

  @BeforeEach
  void open() throws Exception {
    step = new RecordingStepContext(folder).with("hive_partitioning", false);
  }

  @AfterEach
  void close() throws Exception {
    step.close();
  }

  @Test
  void file_becomesTheTable_withItsTypes() throws Exception {
    file("a.parquet", "SELECT 1.50::DECIMAL(9,2) AS d, TIMESTAMP '2024-01-02 03:04:05' AS t");

    extract("a.parquet");

    assertThat(table()).containsExactly("1.50|2024-01-02 03:04:05");
    assertThat(types()).containsExactly("d|DECIMAL(9,2)", "t|TIMESTAMP");
    assertThat(step.metrics()).containsEntry("rows_read", 1.0).containsEntry("files_read", 1.0);
  }

  @Test
  void files_areMatchedByName_whenTheirOrderDiffers() throws Exception {
    file("a.parquet", "SELECT 1 AS x, 'one' AS y");
    file("b.parquet", "SELECT 'two' AS y, 2 AS x");
    file("c.parquet", "SELECT 3 AS X, DATE '2024-01-01' AS z");

    extract("*.parquet");

    assertThat(types()).containsExactly("x|INTEGER", "y|VARCHAR", "z|DATE");
    assertThat(table()).containsExactly("1|one|null", "2|two|null", "3|null|2024-01-01");
  }

  @Test
  void types_areWidened_whenThatIsExact() throws Exception {
    file("a.parquet", "SELECT 1::SMALLINT AS n, 1.5::DECIMAL(4,1) AS d");
    file("b.parquet", "SELECT 9223372036854775807 AS n, 2.25::DECIMAL(9,2) AS d");

    extract("*.parquet");

    assertThat(types()).containsExactly("n|BIGINT", "d|DECIMAL(9,2)");
    assertThat(table()).containsExactly("1|1.50", "9223372036854775807|2.25");
  }

  @Test
  void types_areRefused_whenNoneHoldsBoth() throws Exception {
    file("a.parquet", "SELECT 9007199254740993 AS n, 1 AS ok");
    file("b.parquet", "SELECT 0.5::DOUBLE AS n, 2 AS ok");

    Failure failure = failure("*.parquet");

    assertThat(failure.code()).isEqualTo(FailureCode.TYPE_UNSUPPORTED);
    assertThat(failure.where().column()).isEqualTo("n");
    assertThat(failure.message()).contains("BIGINT", "DOUBLE", "a.parquet", "b.parquet");
    step.with("columns", List.of("ok"));
    extract("*.parquet");
    assertThat(table()).containsExactly("1", "2");
  }

  @Test
  void columns_areTakenInTheOrderAskedFor() throws Exception {
    file("a.parquet", "SELECT 1 AS a, 2 AS b, 3 AS \"c d\"");

    step.with("columns", List.of("c d", "a"));
    extract("a.parquet");

    assertThat(types()).containsExactly("c d|INTEGER", "a|INTEGER");
    assertThat(table()).containsExactly("3|1");
  }

  @Test
  void columns_thatAreNotAskedFor_areNotRead() throws Exception {
    Path path = file("a.parquet", "SELECT range AS a, hash(range) AS b FROM range(10000)");
    String chunk =
        step.rows(
                "SELECT data_page_offset, total_compressed_size FROM parquet_metadata('%s')"
                        .formatted(path)
                    + " WHERE path_in_schema = 'b'")
            .getFirst();
    int start = Integer.parseInt(chunk.split("\\|")[0]);
    byte[] bytes = Files.readAllBytes(path);
    Arrays.fill(bytes, start, start + Integer.parseInt(chunk.split("\\|")[1]) / 2, (byte) 0xFF);
    Files.write(path, bytes);

    assertThat(failure("a.parquet").code()).isEqualTo(FailureCode.FILE_MALFORMED);
    step.with("columns", List.of("a"));
    extract("a.parquet");
    assertThat(step.rows("SELECT count(*), sum(a) FROM main")).containsExactly("10000|49995000");
  }

  @Test
  void column_isUnknown_withASuggestion() throws Exception {
    file("a.parquet", "SELECT 1 AS title");

    step.with("columns", List.of("titl"));

    Failure failure = failure("a.parquet");
    assertThat(failure.code()).isEqualTo(FailureCode.COLUMN_UNKNOWN);
    assertThat(failure.message()).contains("titl", "did you mean 'title'?");
  }

  @Test
  void columns_areRefused_whenOneIsNamedTwice() throws Exception {
    file("a.parquet", "SELECT 1 AS title");

    step.with("columns", List.of("title", "Title"));

    assertThat(failure("a.parquet").code()).isEqualTo(FailureCode.CONFIG_INVALID);
  }

  @Test
  void limit_boundsTheRows_overAllFiles() throws Exception {
    file("a.parquet", "SELECT range AS a FROM range(5)");
    file("b.parquet", "SELECT range AS a, 1 AS b FROM range(10, 15)");

    step.with("limit", 7L);
    extract("*.parquet");

    assertThat(table())
        .containsExactly("0|null", "1|null", "2|null", "3|null", "4|null", "10|1", "11|1");
  }

  @Test
  void foldersOfHive_areColumns_onlyWhenAskedFor() throws Exception {
    Path part = Files.createDirectories(folder.resolve("month=01"));
    file("month=01/a.parquet", "SELECT 1 AS a");

    extract(part + "/*.parquet");
    assertThat(types()).containsExactly("a|INTEGER");

    step.with("hive_partitioning", true);
    extract(part + "/*.parquet");
    assertThat(types()).containsExactly("a|INTEGER", "month|VARCHAR");
    assertThat(table()).containsExactly("1|01");
  }

  @Test
  void file_isTakenLiterally_whenItsNameLooksLikeAPattern() throws Exception {
    file("a1.parquet", "SELECT 'wrong' AS a");
    Path odd = folder.resolve("a[1]*?'é.parquet");
    Files.move(file("x.parquet", "SELECT 1 AS a"), odd);

    extract(odd.getFileName().toString());

    assertThat(table()).containsExactly("1");
  }

  @Test
  void file_isUnreadable_whenDuckDbCannotNameIt() throws Exception {
    Files.move(file("a.parquet", "SELECT 1 AS a"), folder.resolve("\\.parquet"));
    extract("\\.parquet");
    assertThat(table()).containsExactly("1");

    Files.move(folder.resolve("\\.parquet"), folder.resolve("[\\.parquet"));
    assertThat(failure("[\\.parquet").code()).isEqualTo(FailureCode.FILE_UNREADABLE);
  }

  @Test
  void file_keepsItsColumns_whenItHasNoRows() throws Exception {
    file("a.parquet", "SELECT 1 AS a, [{'b': 1.5}] AS c LIMIT 0");

    extract("a.parquet");

    assertThat(types()).containsExactly("a|INTEGER", "c|STRUCT(b DECIMAL(2,1))[]");
    assertThat(step.metrics()).containsEntry("rows_read", 0.0);
  }

  @Test
  void file_isMalformed_whenItIsTruncatedGarbageOrTooShort() throws Exception {
    byte[] whole = Files.readAllBytes(file("whole.parquet", "SELECT range AS a FROM range(9999)"));
    byte[] footer = whole.clone();
    Arrays.fill(footer, whole.length - 60, whole.length - 9, (byte) 0x7F);

    for (byte[] bytes :
        List.of(
            Arrays.copyOf(whole, whole.length / 2),
            Arrays.copyOfRange(whole, 100, whole.length),
            footer,
            "a,b\n1,2\n".repeat(10).getBytes(StandardCharsets.UTF_8),
            "PAR1PAR1".getBytes(StandardCharsets.UTF_8),
            "PAR".getBytes(StandardCharsets.UTF_8))) {
      Files.write(folder.resolve("bad.parquet"), bytes);

      Failure failure = failure("bad.parquet");

      assertThat(failure.code()).isEqualTo(FailureCode.FILE_MALFORMED);
      assertThat(failure.where().file()).endsWith("bad.parquet");
    }
  }

  @Test
  void file_isEmpty_whenItHasNoBytes() throws Exception {
    Files.createFile(folder.resolve("a.parquet"));

    assertThat(failure("a.parquet").code()).isEqualTo(FailureCode.FILE_EMPTY);
  }

  @Test
  void file_isNotFound_whenNoneMatches() {
    assertThat(failure("none*.parquet").code()).isEqualTo(FailureCode.FILE_NOT_FOUND);
  }

  @Test
  void structWithoutNames_isRefused_andMayBeLeftOut() throws Exception {
    file("a.parquet", "SELECT union_value(x := 1) AS u, 7 AS a");

    assertThat(failure("a.parquet").code()).isEqualTo(FailureCode.TYPE_UNSUPPORTED);
    step.with("columns", List.of("a"));
    extract("a.parquet");
    assertThat(table()).containsExactly("7");
  }

  @Test
  void recordedTypes_areRestored_inEachOfSeveralFiles() throws Exception {
    write("a.parquet", "SELECT 'x'::ENUM('x', 'y') AS e, 1::HUGEINT AS h");
    write("b.parquet", "SELECT 'z'::ENUM('z') AS e, repeat('1', 39)::HUGEINT AS h");
    file("c.parquet", "SELECT 'w' AS e, 5 AS h");

    extract("*.parquet");

    assertThat(types()).containsExactly("e|VARCHAR", "h|HUGEINT");
    assertThat(table()).containsExactly("x|1", "z|" + "1".repeat(39), "w|5");
  }

  @Test
  void recordedTypes_areIgnored_whenTheFileHasOtherColumnsSince() throws Exception {
    String record =
        "{\"version\":1,\"columns\":{\"a\":{\"type\":\"HUGEINT\",\"stored\":\"VARCHAR\"}}}";
    file("a.parquet", "SELECT 12.5::DOUBLE AS a", record);

    extract("a.parquet");

    assertThat(types()).containsExactly("a|DOUBLE");
  }

  @Test
  void recordedTypes_areIgnored_whenTheyAreNotOurs() throws Exception {
    for (String record :
        List.of(
            "no json",
            "{\"version\":2,\"columns\":{}}",
            "{\"version\":1,\"columns\":{\"a\":{\"type\":\"ENUM('\",\"stored\":\"VARCHAR\"}}}",
            "{\"version\":1,\"columns\":{\"a\":{\"type\":\"VARIANT\",\"stored\":\"VARCHAR\"}}}",
            "{\"version\":1,\"columns\":{\"a\":{\"type\":\"BIT) FROM x --\",\"stored\":\"V\"}}}")) {
      file("a.parquet", "SELECT 'text' AS a", record);

      extract("a.parquet");

      assertThat(types()).containsExactly("a|VARCHAR");
      assertThat(table()).containsExactly("text");
    }
  }

  @Test
  void error_isOfItsKind_inJsonAndInText() throws Exception {
    file("a.parquet", "SELECT 'x' AS a");
    for (boolean json : new boolean[] {true, false}) {
      step.execute("SET errors_as_json = " + json);

      assertThat(kind("SELECT a::INTEGER FROM '%s/a.parquet'")).isEqualTo("Conversion");
      assertThat(kind("SELECT b FROM '%s/a.parquet'")).isEqualTo("Binder");
      assertThat(kind("SELECT * FROM '%s/step.duckdb.tmp'")).isNotEmpty();
      assertThat(kind("SELECT error('Conversion Error: x')")).isEqualTo("Invalid Input");
    }
    step.execute("SET memory_limit = '1MB'");
    assertThat(kind("CREATE TABLE t AS SELECT * FROM range(9999999) ORDER BY hash(range)"))
        .isEqualTo("Out of Memory");
  }

  private String kind(String sql) {
    SQLException[] thrown = new SQLException[1];
    assertThatThrownBy(() -> step.execute(sql.formatted(folder)))
        .isInstanceOfSatisfying(SQLException.class, failed -> thrown[0] = failed);
    return ReadError.of(thrown[0]).kind();
  }

  @Test
  void value_isInvalid_whenItDoesNotFitTheRecordedType() throws Exception {
    String record =
        "{\"version\":1,\"columns\":{\"a\":{\"type\":\"ENUM('x')\",\"stored\":\"VARCHAR\"}}}";
    file("a.parquet", "SELECT 'secret' AS a", record);

    Failure failure = failure("a.parquet");

    assertThat(failure.code()).isEqualTo(FailureCode.VALUE_INVALID);
    assertThat(failure.toString()).doesNotContain("secret");
  }

  private Path file(String name, String query) throws SQLException {
    Path path = folder.resolve(name);
    step.execute("COPY (" + query + ") TO '" + path + "' (FORMAT parquet)");
    return path;
  }

  private void file(String name, String query, String record) throws SQLException {
    step.execute(
        "COPY (%s) TO '%s' (FORMAT parquet, KV_METADATA {'osiris.schema': '%s'})"
            .formatted(query, folder.resolve(name), record.replace("'", "''")));
  }

  private void write(String name, String query) throws Exception {
    step.given("in", query).with("compression", "snappy").with("path", name);
    new ParquetWriter().run(step);
  }

  private void extract(String path) throws Exception {
    step.execute("DROP TABLE IF EXISTS main");
    new ParquetExtractor().run(step.with("path", path));
  }

  private Failure failure(String path) {
    StepException[] thrown = new StepException[1];
    assertThatThrownBy(() -> extract(path))
        .isInstanceOfSatisfying(StepException.class, failed -> thrown[0] = failed);
    return thrown[0].failure();
  }

  private List<String> types() throws SQLException {
    return step.rows("SELECT column_name, column_type FROM (DESCRIBE main)");
  }

  private List<String> table() throws SQLException {
    return step.rows("SELECT columns(*)::VARCHAR FROM main");
  }
}
