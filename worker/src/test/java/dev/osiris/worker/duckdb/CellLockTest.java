package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.osiris.worker.duckdb.CellFixture.Cell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the lock does, and what it leaves to the gate. */
class CellLockTest {
  // 120 MB of rows through 80 MB of memory.
  private static final String SORT =
      "SELECT hash(i) AS h, repeat('abc' || i, 8) AS s FROM range(1_000_000) r(i) ORDER BY h";

  @TempDir Path directory;
  private CellFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = new CellFixture(directory);
  }

  @Test
  void lockedCell_spillsIntoItsDirectory_andRemovesIt() throws SQLException {
    try (Cell cell = fixture.open(1, 80_000_000)) {
      assertThat(cell.temp()).doesNotExist();

      cell.rows("CREATE TABLE out.result AS " + SORT);

      assertThat(cell.rows("SELECT count(*) FROM out.result")).isEqualTo("1000000|\n");
      assertThat(cell.temp()).isEmptyDirectory();
      cell.connection().close();
      assertThat(cell.temp()).doesNotExist();
    }
  }

  @Test
  void lockedCell_stopsSpilling_atItsCap() throws SQLException {
    try (Cell cell = fixture.open(1, 80_000_000, 1_000_000)) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> cell.rows("CREATE TABLE out.result AS " + SORT))
          .withMessageContaining("max_temp_directory_size");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET memory_limit = '10GB'",
        "SET threads = 8",
        "SET temp_directory = '/tmp'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET allowed_directories = ['/']",
        "SET allowed_configs = ['allowed_directories']",
        "SET disabled_filesystems = ''",
        "SET TimeZone = 'CET'",
        "RESET memory_limit",
        "PRAGMA enable_profiling = 'json'",
        "PRAGMA threads = 4",
        "SET profiling_output = 'x'",
        "SET autoload_known_extensions = true"
      })
  void lockedCell_keepsItsSettings(String statement) throws SQLException {
    try (Cell cell = fixture.open()) {
      assertThatExceptionOfType(SQLException.class).isThrownBy(() -> cell.rows(statement));
    }
  }

  @Test
  void lockedCell_doesNotReadTheDirectoryOfAnother() throws Exception {
    try (Cell other = fixture.open();
        Cell cell = fixture.open()) {
      Files.createDirectory(other.temp());
      Files.writeString(other.temp().resolve("spilled"), CellFixture.CANARY);

      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> cell.rows("FROM read_text('" + other.temp() + "/*')"));
      assertThat(other.rows("FROM read_text('" + other.temp() + "/*')"))
          .contains(CellFixture.CANARY);
    }
  }

  /** Why a cell without the gate would not do: these are the holes, one by one. */
  @Test
  void lockAlone_letsAnInputBeReopenedWritable() throws SQLException {
    try (Cell cell = fixture.open()) {
      cell.rows("DETACH in_1");
      cell.rows("ATTACH '" + fixture.fill("{shop}") + "' AS w");
      cell.rows("INSERT INTO w.main.customers VALUES (99, 'tampered')");

      assertThat(cell.rows("SELECT name FROM w.main.customers WHERE id = 99"))
          .isEqualTo("tampered|\n");
    }
  }

  @Test
  void lockAlone_letsTheSearchPathAndVariablesChange() throws SQLException {
    try (Cell cell = fixture.open()) {
      cell.rows("SET search_path = 'in_0'");
      cell.rows("SET VARIABLE x = 1");

      assertThat(cell.rows("SELECT current_database()")).isEqualTo("in_0|\n");
    }
  }

  @Test
  void lockAlone_letsFilesAppearInTheTemporaryDirectory() throws Exception {
    try (Cell cell = fixture.open()) {
      Files.createDirectory(cell.temp());
      cell.rows("COPY (SELECT 1 AS x) TO '" + cell.temp() + "/x.csv'");
      cell.rows("ATTACH '" + cell.temp() + "/y.duckdb' AS y");
      cell.rows(
          "SELECT * FROM enable_logging(storage = 'file', storage_path = '" + cell.temp() + "')");

      assertThat(cell.temp()).isDirectoryContaining("glob:**/x.csv");
      assertThat(cell.rows("FROM '" + cell.temp() + "/x.csv'")).isEqualTo("1|\n");
    }
  }

  @Test
  void temporaryDirectory_thatExists_isRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> dev.osiris.worker.duckdb.Cell.open(directory, Sandbox.SHARE));
  }
}
