package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.host.run.store.StateStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that reads only what is new, run after run, as its user sees it. */
@ExtendWith(LeakCheck.class)
class IncrementalRunIT {

  private static final String STEPS =
      """
      - id: read
        component: postgres.extractor
        config: {connection: "@postgres.main", table: orders, cursor_column: at, %s}
      - id: check
        component: duckdb.processor
        config: {query: 'SELECT id, CAST(amount AS INTEGER) AS amount FROM "input_df"'}
      - id: write
        component: filesystem.csv_writer
        config: {path: out.csv}
      """;

  @TempDir static Path folder;
  private static Database database;
  private static Project project;

  @BeforeAll
  static void open() throws Exception {
    database = PostgresServer.shared().newDatabase();
    project = Project.in(folder);
    StringBuilder connections =
        new StringBuilder("version: 1\nconnections:\n  postgres:\n    main:\n");
    database
        .connection()
        .forEach((field, value) ->
            connections
                .append("      ")
                .append(field)
                .append(": \"")
                .append(field.equals("password") ? "${SECRET}" : value)
                .append("\"\n"));
    project.file("osiris_connections.yaml", connections.toString());
    project.file(".env", "SECRET='" + database.password() + "'\n");
    database.execute(
        "CREATE TABLE orders (id int8 PRIMARY KEY, at timestamptz NOT NULL, amount text)",
        "INSERT INTO orders VALUES (1, '2026-01-01', '10'), (2, '2026-01-02 00:00:00.000001', '20')");
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  @Test
  void runs_readWhatIsNew_andMoveOnOnlyWhenAllHasSucceeded() throws Exception {
    run().succeeded();
    assertThat(written()).containsExactly("10,1", "20,2");

    database.execute(
        "INSERT INTO orders VALUES (3, '2026-01-02 00:00:00.000002', 'thirty')",
        "UPDATE orders SET at = '2026-01-03', amount = '11' WHERE id = 1");
    CliResult broken = run();
    assertThat(broken.status()).isEqualTo("failed");
    assertThat(broken.step("read").path("status").asText()).isEqualTo("succeeded");

    database.execute("UPDATE orders SET amount = '30' WHERE id = 3");
    run().succeeded();
    assertThat(written()).containsExactly("30,3", "11,1");

    CliResult nothing = run().succeeded();
    assertThat(nothing.step("read").path("outputs").path("rows").asLong()).isZero();
    assertThat(written()).isEmpty();
    state();

    database.execute("UPDATE orders SET amount = '12' WHERE id = 1");
    run("--full-refresh").succeeded();
    assertThat(written()).containsExactly("20,2", "30,3", "12,1");
    assertThat(run().succeeded().step("read").path("outputs").path("rows").asLong()).isZero();

    CliResult changed = project.run(STEPS.formatted("cursor_key: amount"));
    assertThat(changed.exit()).isEqualTo(1);
    assertThat(changed.failure("read").path("code").asText()).isEqualTo("config_invalid");
    assertThat(changed.failure("read").path("advice").asText()).contains("--full-refresh");

    assertThat(osiris("state", "reset", "test", "read").exit()).isZero();
    project.run(STEPS.formatted("cursor_key: amount, limit: 2")).succeeded();
    assertThat(written()).containsExactly("20,2", "30,3");
  }

  /** What the last run left, on the command line and on the disk. */
  private static void state() throws Exception {
    assertThat(osiris("state", "list").stdout())
        .containsPattern("PIPELINE +STEP +DRIVER +COMMITTED +SESSION")
        .containsPattern("test +read +postgres.extractor +20");
    assertThat(osiris("state", "show", "test").stdout())
        .contains("2026-01-03 00:00:00+00", "\"column\":\"at\",\"type\":\"timestamptz\"");
    assertThat(osiris("state", "show", "test", "nothing").exit()).isEqualTo(2);
    assertThat(osiris("state", "show", "other").stderr()).contains("has no state");

    StateStore store = new StateStore(project.sessions());
    String file = Files.readString(store.folder().resolve("test.json"));
    assertThat(file).contains("2026-01-03 00:00:00+00").doesNotContain(database.password());
    try (StateStore.Held held = store.hold("test")) {
      assertThat(held.read()).isPresent();
      CliResult second = run();
      assertThat(second.exit()).isEqualTo(2);
      assertThat(second.stderr()).contains("in use by process " + ProcessHandle.current().pid());
      assertThat(osiris("state", "reset", "test").exit()).isEqualTo(2);
    }
    assertThat(Files.readString(store.folder().resolve("test.json"))).isEqualTo(file);
  }

  private static CliResult run(String... options) {
    return project.run(STEPS.formatted("chunk_size: 1k"), options);
  }

  private static CliResult osiris(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--session-root", project.sessions().toString()));
    return new Cli().run(all);
  }

  /** The lines of the writer's file, whose columns are sorted, without its header. */
  private static List<String> written() {
    return project.read("out.csv").lines().skip(1).toList();
  }
}
