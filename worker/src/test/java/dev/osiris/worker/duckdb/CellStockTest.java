package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class CellStockTest {

  @TempDir Path root;
  private Sandbox sandbox;

  @BeforeEach
  void open() throws Exception {
    sandbox = new Sandbox(root, Sandbox.SHARE, 2);
  }

  @AfterEach
  void close() throws Exception {
    sandbox.close();
  }

  @Test
  void cell_hasTheShareOfItsStep_alsoWhenItIsNotTheUsualOne() throws Exception {
    Share share = new Share(new ByteSize(123_000_000), 2, ByteSize.ofMiB(100));
    StepFile file = StepFile.begin(sandbox.data, new StepId("a"), "1");
    try (StepDatabase database =
            sandbox.duckdb.begin(file.path(), InputRelations.of(List.of()), share);
        Statement statement = database.open().createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('threads')::INTEGER, current_setting('memory_limit'),"
                    + " current_setting('max_temp_directory_size'),"
                    + " current_setting('autoload_known_extensions'),"
                    + " current_setting('autoinstall_known_extensions'),"
                    + " current_setting('max_vacuum_tasks')::INTEGER")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(2);
      assertThat(row.getString(2)).isEqualTo("117.3 MiB");
      assertThat(row.getString(3)).isEqualTo("100.0 MiB");
      assertThat(row.getBoolean(4)).isFalse();
      assertThat(row.getBoolean(5)).isFalse();
      assertThat(row.getInt(6)).as("else a file is written twice").isZero();
    }
    file.discard();
  }

  @Test
  @EnabledOnOs(OS.LINUX) // Reads /proc.
  void memory_staysFlat_overHundredsOfCells() throws Exception {
    var input = sandbox.sql("input", "SELECT range AS i FROM range(1000)");
    // The JVM's own heap is in the figure, too, and grows as it likes: a leak grows in every round.
    List<Long> growths = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      long before = anonymousBytes();
      steps(input, 200);
      growths.add((anonymousBytes() - before) >> 20);
    }
    assertThat(growths).as("MiB more after each 200 steps").anyMatch(growth -> growth < 3);
  }

  private void steps(InputRelations.Source input, int count) throws Exception {
    for (int step = 0; step < count; step++) {
      sandbox.sql("step", "SELECT sum(i) AS s FROM input", input);
      if (step % 10 == 0) {
        sandbox.step(
            "loaded", List.of(input), database -> database.write("main", new Counting(3000)));
      }
    }
  }

  private static long anonymousBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void open_removesCellsOfDeadWorker() throws Exception {
    Path left = Files.createDirectories(sandbox.temporary.resolve("cell-99"));
    Files.writeString(left.resolve("duckdb_temp_storage_DEFAULT-0.tmp"), "x");
    sandbox.close();
    sandbox = new Sandbox(root);
    assertThat(left).doesNotExist();
  }
}
