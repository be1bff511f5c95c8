package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.failure.FailureCode;
import dev.osiris.step.Column;
import dev.osiris.step.OutputTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectTest {

  private static final int BLOCK = 262_144;
  private static final int FIRST_BLOCK = 12_288;

  @TempDir Path root;
  private Sandbox sandbox;
  private Path file;

  @BeforeEach
  void open() throws Exception {
    sandbox = new Sandbox(root);
    file = root.resolve("it's.duckdb");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE \"b b\" (x DECIMAL(18,3) NOT NULL, y STRUCT(a INTEGER)[])");
      statement.execute("CREATE TABLE a AS SELECT range AS i FROM range(1000)");
      statement.execute("DELETE FROM a WHERE i < 10");
      statement.execute("CREATE VIEW v AS FROM a");
    }
  }

  @AfterEach
  void close() throws Exception {
    sandbox.close();
  }

  @Test
  void inspect_returnsTablesWithRowsAndColumns() {
    assertThat(sandbox.duckdb.inspect(file))
        .containsExactly(
            new OutputTable("a", 990, List.of(new Column("i", "BIGINT", true))),
            new OutputTable(
                "b b",
                0,
                List.of(
                    new Column("x", "DECIMAL(18,3)", false),
                    new Column("y", "STRUCT(a INTEGER)[]", true))));
  }

  @Test
  void inspect_refuses_whatIsNoWholeDuckDbFile() throws Exception {
    byte[] whole = Files.readAllBytes(file);
    damaged("empty", new byte[0]);
    damaged(
        "text",
        "not a database, by far".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    damaged("header only", Arrays.copyOf(whole, 100));
    damaged("half", Arrays.copyOf(whole, FIRST_BLOCK + 1000));
    damaged("without its last block", Arrays.copyOf(whole, whole.length - BLOCK));
    byte[] flipped = whole.clone();
    flipped[4096 + 20] ^= 1;
    damaged("flipped bit in the header", flipped);
  }

  private void damaged(String what, byte[] content) throws Exception {
    Path damaged = Files.write(root.resolve("damaged.duckdb"), content);
    var failure = Sandbox.failure(FailureCode.DATA_CORRUPT, () -> readAll(damaged)).failure();
    assertThat(failure.where().file()).as(what).isEqualTo("damaged.duckdb");
  }

  /** Inspecting reads the head of a file; a step that reads the rows finds the rest. */
  private void readAll(Path damaged) throws Exception {
    List<OutputTable> tables = sandbox.duckdb.inspect(damaged);
    try {
      sandbox.sql(
          "reader", "SELECT sum(i) AS s FROM x.a", new InputRelations.Source("x", damaged, tables));
    } catch (dev.osiris.failure.StepException e) {
      throw new dev.osiris.failure.StepException(e.failure().inFile("damaged.duckdb"), e);
    }
  }

  @Test
  void inspect_refuses_whatIsMissingOrUnfinished() throws Exception {
    Sandbox.failure(
        FailureCode.INPUT_MISSING, () -> sandbox.duckdb.inspect(root.resolve("no.duckdb")));
    Files.writeString(root.resolve("it's.duckdb.wal"), "x");
    Sandbox.failure(FailureCode.DATA_CORRUPT, () -> sandbox.duckdb.inspect(file));
  }

  @Test
  void inspect_namesBothVersions_whenFileIsNewer() throws Exception {
    byte[] newer = Files.readAllBytes(file);
    ByteBuffer header = ByteBuffer.wrap(newer).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(12, 9000);
    header.putLong(0, checksum(header));
    Path path = Files.write(root.resolve("newer.duckdb"), newer);
    var failure =
        Sandbox.failure(FailureCode.STORAGE_VERSION, () -> sandbox.duckdb.inspect(path)).failure();
    assertThat(failure.message()).contains("9000").containsPattern("up to [0-9]{2}");
    assertThat(failure.where().file()).isEqualTo("newer.duckdb");
  }

  /** DuckDB's checksum of the first header, which is the 4 KiB block without its first 8 bytes. */
  private static long checksum(ByteBuffer file) {
    long result = 5381;
    for (int offset = 8; offset < 4096; offset += 8) {
      result ^= file.getLong(offset) * 0xbf58476d1ce4e5b9L;
    }
    return result;
  }
}
