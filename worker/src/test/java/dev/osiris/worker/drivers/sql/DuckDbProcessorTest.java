package dev.osiris.worker.drivers.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.drivers.parquet.RecordingStepContext;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbProcessorTest {

  @TempDir Path folder;
  private RecordingStepContext step;

  @BeforeEach
  void open() throws Exception {
    step = new RecordingStepContext(folder);
  }

  @AfterEach
  void close() throws Exception {
    step.close();
  }

  @Test
  void query_makesTheTableMain() throws Exception {
    step.with("query", "SELECT range AS a FROM range(3)");

    new DuckDbProcessor().run(step);

    assertThat(step.rows("SELECT a FROM main")).containsExactly("0", "1", "2");
    assertThat(step.metrics())
        .containsOnly(Map.entry("rows_written", 3.0), Map.entry("progress", 3.0));
  }

  @Test
  void queries_makeATableEach_inTheirOrder() throws Exception {
    Map<String, Object> queries = new LinkedHashMap<>();
    queries.put("movies", "SELECT 1 AS id");
    queries.put("Ač tors", "SELECT range AS id FROM range(5)");
    step.with("queries", queries);

    new DuckDbProcessor().run(step);

    assertThat(step.rows("SELECT table_name FROM duckdb_tables() ORDER BY table_oid"))
        .containsExactly("movies", "Ač tors");
    assertThat(step.metrics())
        .containsEntry("rows_written.movies", 1.0)
        .containsEntry("rows_written.Ač tors", 5.0)
        .containsEntry("rows_written", 6.0);
  }

  @Test
  void queries_areRefused_whenTheyNameNoTable() {
    assertThat(refusal(Map.of())).isEqualTo(FailureCode.CONFIG_INVALID);
    assertThat(refusal(Map.of(" ", "SELECT 1"))).isEqualTo(FailureCode.CONFIG_INVALID);
  }

  @Test
  void query_failsAsItIs_whenDuckDbRefusesIt() {
    step.with("query", "SELECT nothing FROM nowhere");

    assertThatThrownBy(() -> new DuckDbProcessor().run(step)).isInstanceOf(SQLException.class);
  }

  private FailureCode refusal(Map<String, String> queries) {
    StepException[] thrown = new StepException[1];
    assertThatThrownBy(() -> new DuckDbProcessor().run(step.with("queries", queries)))
        .isInstanceOfSatisfying(StepException.class, refused -> thrown[0] = refused);
    return thrown[0].failure().code();
  }
}
