package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.DriverJar;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawClient;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.e2e.harness.wire.RawStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the predecessor's protocol got wrong, a test each, numbered as in its list of defects. P8
 * (the same events in every sandbox) is in {@link DemoIT}; P4 and P9 concern flags and an event
 * loop that this product does not have.
 */
@ExtendWith(LeakCheck.class)
class ProtocolRegressionsIT {

  private static final String TWO_FAILING_STEPS =
      """
      - {id: good, component: duckdb.processor, needs: [], config: {query: SELECT 1 AS n}}
      - {id: bad, component: duckdb.processor, needs: [good], config: {query: SELECT nowhere FROM good}}
      - {id: after, component: duckdb.processor, needs: [bad], config: {query: SELECT 1 AS n}}
      - {id: write, component: filesystem.csv_writer, needs: [after], config: {path: out.csv}}
      """;

  @TempDir static Path folder;
  private static Project failing;
  private static CliResult failed;
  private static CliResult succeeded;
  private Project project;

  /** Each test looks at these two runs from its own side. */
  @BeforeAll
  static void runTwice() {
    failing = Project.in(folder);
    failed = failing.run(TWO_FAILING_STEPS);
    succeeded =
        Project.in(folder)
            .run(
                "- {id: one, component: duckdb.processor, config: {query: SELECT 1 AS n}}",
                "--memory",
                "320m",
                "--cpus",
                "1",
                "--session-id",
                "the-one.id_1")
            .succeeded();
  }

  @BeforeEach
  void newProject() {
    project = Project.in(folder);
  }

  // P1: the host matched answers by a field that they did not have; its table of results was always
  // empty.
  @Test
  void report_knowsHowEachStepEnded() {
    assertThat(failed.step("good").path("status").asText()).isEqualTo("succeeded");
    assertThat(failed.step("good").path("outputs").path("rows").asInt()).isEqualTo(1);
    assertThat(failed.step("bad").path("status").asText()).isEqualTo("failed");
    assertThat(failed.failure("bad").path("code").asText()).isEqualTo("sql_unresolved");
    assertThat(failed.step("after").path("status").asText()).isEqualTo("skipped");
    assertThat(failed.step("write").path("status").asText()).isEqualTo("skipped");
  }

  // P2: a failure did not stop the batch.
  @Test
  void run_stopsBehindAFailedStep() {
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failing.path("out.csv")).doesNotExist();
    assertThat(failed.sessionDir().resolve("data/after.duckdb")).doesNotExist();
    Set<String> accepted =
        Json.lines(failed.sessionDir().resolve("logs/events.jsonl")).stream()
            .map(line -> line.path("step_accepted").path("step_id").asText())
            .filter(id -> !id.isEmpty())
            .collect(Collectors.toSet());
    assertThat(accepted).containsExactlyInAnyOrder("good", "bad");
  }

  // P3: --cpus and --memory were read and never reached the sandbox.
  @Test
  void memoryAndCpus_reachTheWorker() {
    JsonNode budget =
        Json.lines(succeeded.sessionDir().resolve("logs/events.jsonl"))
            .get(1)
            .path("session_opened")
            .path("budget");
    assertThat(budget.path("limit_bytes").asLong()).isEqualTo(320L << 20);
    assertThat(budget.path("threads").asInt()).isEqualTo(1);
    assertThat(
            budget.path("heap_bytes").asLong()
                + budget.path("reserve_bytes").asLong()
                + budget.path("duckdb_bytes").asLong())
        .isLessThanOrEqualTo(320L << 20);
    assertThat(budget.path("enforcement").asText()).isNotEmpty();
  }

  // P5: every variable of the host that looked like a key or password was forwarded.
  @Test
  void worker_seesNoVariableOfTheHost() {
    Path drivers = DriverJar.misbehaving(folder);
    CliResult result =
        new Cli()
            .with("MYSQL_PASSWORD", "canary-one")
            .with("API_TOKEN", "canary-two")
            .run(
                project.arguments(
                    project.pipeline(
                        "- {id: it, component: e2e.misbehaving, needs: [], config: {how: environment}}"),
                    "--drivers",
                    drivers.toString()))
            .succeeded();

    Set<String> names =
        Json.lines(result.sessionDir().resolve("logs/events.jsonl")).stream()
            .map(line -> line.path("driver_reported").path("attributes").path("name").asText())
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet());
    // This JVM's own are the host's, too: it runs here.
    assertThat(names)
        .contains("LC_ALL")
        .isSubsetOf(
            "LC_ALL",
            "TZ",
            "MALLOC_ARENA_MAX",
            "DUCKDB_JE_MALLOC_CONF",
            "PWD",
            "SHLVL",
            "_",
            "OLDPWD");
  }

  // P6: only the first of several needs became an input.
  @Test
  void pipeline_passesEveryNeedOn() {
    CliResult result =
        project
            .run(
                """
                - {id: a, component: duckdb.processor, needs: [], config: {query: SELECT 1 AS n}}
                - {id: b, component: duckdb.processor, needs: [], config: {query: SELECT 2 AS n}}
                - {id: c, component: duckdb.processor, needs: [a, b], config: {query: "SELECT a.n + b.n AS n FROM a, b"}}
                - {id: w, component: filesystem.csv_writer, needs: [c], config: {path: out.csv}}
                """)
            .succeeded();
    assertThat(project.read("out.csv")).isEqualTo("n\n3\n");
    assertThat(result.step("c").path("outputs").path("rows").asInt()).isEqualTo(1);
  }

  // The host named inputs otherwise than drivers looked for them: a processor with an input could
  // not run (P7).
  @Test
  void onlyInput_hasItsCompatibilityNames_throughTheHost() {
    project
        .run(
            """
            - {id: my-source, component: duckdb.processor, config: {query: SELECT 41 AS n}}
            - {id: x1, component: duckdb.processor, needs: [my-source], config: {query: SELECT n + 1 AS n FROM input_df}}
            - {id: x2, component: duckdb.processor, needs: [my-source], config: {query: SELECT n + 2 AS n FROM df_my_source}}
            - {id: x3, component: duckdb.processor, needs: [my-source], config: {query: SELECT n + 3 AS n FROM input_db.main}}
            - {id: x4, component: duckdb.processor, needs: [my-source], config: {query: 'SELECT n + 4 AS n FROM "my-source"'}}
            - {id: x5, component: duckdb.processor, inputs: {renamed: my-source}, config: {query: SELECT n + 5 AS n FROM renamed}}
            - id: all
              component: duckdb.processor
              needs: [x1, x2, x3, x4, x5]
              config: {query: SELECT * FROM x1 UNION ALL FROM x2 UNION ALL FROM x3 UNION ALL FROM x4 UNION ALL FROM x5 ORDER BY n}
            - {id: w, component: filesystem.csv_writer, config: {path: out.csv}}
            """)
        .succeeded();
    assertThat(project.read("out.csv")).isEqualTo("n\n42\n43\n44\n45\n46\n");
  }

  // P10: a step id with ../ made files outside of the session.
  @Test
  void stepId_cannotLeadOutOfTheSession() throws Exception {
    CliResult refused =
        project.run(
            "- {id: ../../escaped, component: duckdb.processor, config: {query: SELECT 1 AS n}}");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.stderr()).contains("escaped");

    Path root = Files.createDirectories(folder.resolve("raw/sessions"));
    try (WorkerProcess worker = WorkerProcess.below(root).start()) {
      for (String id : List.of("../escaped", "a/b", "..", "/abs", "a\0b", "")) {
        try (RawSession session = RawSession.open(worker, "paths", folder);
            RawClient client = RawClient.to(worker.address());
            RawStream other = client.call(session.token())) {
          other.ask(Commands.attach("paths", 0));
          other.send(Commands.run(Commands.sql(id, "SELECT 1 AS n")));
          assertThat(other.awaitEnd().getCode()).isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
          try (RawStream third = client.call(session.token())) {
            third.ask(Commands.attach("paths", 0));
            third.send(Commands.cleanUp());
            third.awaitEnd();
          }
        }
      }
    }
    try (var all = Files.walk(folder)) {
      assertThat(all.map(Path::toString))
          .noneMatch(path -> path.contains("escaped") || path.contains("abs.duckdb"));
    }
  }

  // P11: one run had three different session ids in its files and in what it printed.
  @Test
  void run_hasOneId_everywhere() {
    Path directory = succeeded.sessionDir();
    assertThat(directory).isAbsolute().hasFileName("the-one.id_1");
    assertThat(succeeded.json().path("session_id").asText()).isEqualTo("the-one.id_1");
    assertThat(Json.read(directory.resolve("status.json")).path("session_id").asText())
        .isEqualTo("the-one.id_1");
    List<JsonNode> journal = Json.lines(directory.resolve("logs/events.jsonl"));
    assertThat(journal.get(0).path("session_id").asText()).isEqualTo("the-one.id_1");
    assertThat(journal.get(1).path("session_opened").path("session_id").asText())
        .isEqualTo("the-one.id_1");
    assertThat(journal.getLast().path("session_closed").path("session_id").asText())
        .isEqualTo("the-one.id_1");
  }
}
