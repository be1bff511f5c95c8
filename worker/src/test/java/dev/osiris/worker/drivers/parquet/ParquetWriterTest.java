package dev.osiris.worker.drivers.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.step.Written;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParquetWriterTest {

  @TempDir Path folder;
  private RecordingStepContext step;

  @BeforeEach
  void open() throws Exception {
    step = new RecordingStepContext(folder).with("path", "o'ut.parquet");
    step.with("compression", "snappy");
  }

  @AfterEach
  void close() throws Exception {
    step.close();
  }

  @Test
  void table_isCommitted_withItsRowsInOrder() throws Exception {
    step.given("in", "SELECT 9 - range AS b, 'x' AS a FROM range(10)");

    new ParquetWriter().run(step);

    Path file = folder.resolve("o'ut.parquet");
    assertThat(step.written()).containsExactly(new Written(file.toString(), 10, Files.size(file)));
    assertThat(step.metrics())
        .containsEntry("rows_written", 10.0)
        .containsEntry("bytes_written", (double) Files.size(file));
    assertThat(read("SELECT column_name FROM (DESCRIBE FROM FILE)")).containsExactly("b", "a");
    assertThat(read("SELECT b FROM FILE LIMIT 3")).containsExactly("9", "8", "7");
  }

  @Test
  void table_withoutRows_isAFileWithColumns() throws Exception {
    step.given("in", "SELECT 1 AS \"a \"\"b\", 'x' AS \"Ä\" LIMIT 0");

    new ParquetWriter().run(step);

    assertThat(step.written().getFirst().rows()).isZero();
    assertThat(read("SELECT column_name FROM (DESCRIBE FROM FILE)")).containsExactly("a \"b", "Ä");
  }

  @ParameterizedTest
  @CsvSource({
    "snappy,SNAPPY",
    "zstd,ZSTD",
    "GZIP,GZIP",
    "lz4,LZ4_RAW",
    "uncompressed,UNCOMPRESSED"
  })
  void compression_isThatOfTheFile(String configured, String written) throws Exception {
    step.given("in", "SELECT range AS a FROM range(1000)").with("compression", configured);

    new ParquetWriter().run(step);

    assertThat(read("SELECT DISTINCT compression FROM parquet_metadata(FILE)"))
        .containsExactly(written);
    assertThat(read("SELECT sum(a) FROM FILE")).containsExactly("499500");
  }

  @Test
  void rowGroups_areOfTheSizeAskedFor() throws Exception {
    step.given("in", "SELECT range AS a FROM range(10000)").with("row_group_size", 4096L);

    new ParquetWriter().run(step);

    assertThat(read("SELECT row_group_num_rows FROM parquet_metadata(FILE)"))
        .containsExactly("4096", "4096", "1808");
  }

  @Test
  void column_isRecorded_onlyWhenParquetDoesNotKeepIt() throws Exception {
    step.given("in", "SELECT 1 AS a, INTERVAL 1 DAY AS b, '10:00:00+02'::TIMETZ AS \"c \"\"'d\"");

    new ParquetWriter().run(step);

    String record = read("SELECT decode(value) FROM parquet_kv_metadata(FILE)").getFirst();
    assertThat(RecordedTypes.read(record).columns().keySet())
        .containsExactlyInAnyOrder("b", "c \"'d");
    assertThat(read("SELECT b.days, \"c \"\"'d\" FROM FILE")).containsExactly("1|10:00:00+02");
  }

  @Test
  void target_isLeftAsItWas_whenTheCopyFails() throws Exception {
    Path file = Files.writeString(folder.resolve("o'ut.parquet"), "old");
    step.execute("CREATE TABLE memory.main.texts AS SELECT 'x' AS t");
    step.given("in", "SELECT 1 AS a");
    step.execute("DROP TABLE memory.main.in");
    step.execute("CREATE VIEW memory.main.in AS SELECT t::INTEGER AS a FROM memory.main.texts");

    assertThatThrownBy(() -> new ParquetWriter().run(step)).isInstanceOf(SQLException.class);

    assertThat(file).hasContent("old");
    assertThat(step.written()).isEmpty();
    assertThat(folder.resolve(".o'ut.parquet.part")).doesNotExist();
  }

  private List<String> read(String sql) throws SQLException {
    String file = "'" + folder.resolve("o'ut.parquet").toString().replace("'", "''") + "'";
    return step.rows(sql.replace("FILE", file));
  }
}
