package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.DriverJar;
import dev.osiris.e2e.harness.Installation;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Drivers from a folder: found, described, validated and run like the worker's own. */
@ExtendWith(LeakCheck.class)
class DriverFolderIT {
  /** Of each step. */
  private static final int METRICS = 3;

  @TempDir static Path folder;
  private static Path examples;
  private static Path misbehaving;
  private Project project;

  @BeforeAll
  static void buildJars() {
    examples = DriverJar.examples(folder);
    misbehaving = DriverJar.misbehaving(folder);
  }

  @BeforeEach
  void newProject() {
    project = Project.in(folder);
  }

  @Test
  void exampleDrivers_runAPipeline_fromAFolder() throws Exception {
    Path source = Installation.repository().resolve("examples/drivers");
    project.file("people.jsonl", Files.readAllBytes(source.resolve("people.jsonl")));
    Path pipeline =
        project.file("example.yaml", Files.readAllBytes(source.resolve("pipeline.yaml")));
    CliResult result =
        new Cli().run(project.arguments(pipeline, "--drivers", examples.toString())).succeeded();

    assertThat(result.step("people").path("outputs").path("rows").asInt()).isEqualTo(4);
    assertThat(project.read("out/names.txt")).isEqualTo("Žofie\nAmélie\n");
  }

  @Test
  void exampleDrivers_areThreeShortFiles() throws Exception {
    try (Stream<Path> files =
        Files.list(Installation.repository().resolve("examples/drivers/src/main/java/example"))) {
      List<Path> sources = files.toList();
      assertThat(sources).hasSize(3);
      for (Path source : sources) {
        assertThat(Files.readAllLines(source)).as(source.toString()).hasSizeLessThanOrEqualTo(30);
      }
    }
  }

  @Test
  void folderDriver_isRefusedWithASuggestion_whenItsConfigIsWrong() {
    CliResult result =
        project.run(
            """
            - {id: people, component: example.lines_extractor, mode: read, config: {pth: people.jsonl}}
            """,
            "--drivers",
            examples.toString());

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.stderr()).contains("pth", "path", "people");
    assertThat(project.sessions()).doesNotExist();
  }

  @Test
  void driverThatPrints_doesNotBreakTheRun_andItsLinesAreLogEvents() throws Exception {
    CliResult result = misbehave("print").succeeded();

    List<String> logged =
        Json.lines(result.sessionDir().resolve("logs/events.jsonl")).stream()
            .map(line -> line.path("log_written").path("message").asText())
            .toList();
    assertThat(logged).contains("printed to System.out", "printed to System.err");
    // What goes around Java's streams is kept by the host, which reads the worker's descriptor.
    assertThat(Files.readString(result.sessionDir().resolve("logs/worker.log")))
        .contains("printed to descriptor 1", "printed by a child");
  }

  @Test
  void driverThatThrows_failsItsStepAsADefect_andPublishesNothing() throws Exception {
    CliResult result = misbehave("half");

    assertThat(result.exit()).isEqualTo(1);
    JsonNode failure = result.failure("it");
    assertThat(failure.path("code").asText()).isEqualTo("driver_defect");
    assertThat(failure.path("message").asText())
        .contains("e2e.misbehaving", "IllegalStateException")
        .doesNotContain("half-way");
    assertThat(result.sessionDir().resolve("data/it.duckdb")).doesNotExist();
    assertThat(Files.readString(result.sessionDir().resolve(failure.path("rejects").asText())))
        .contains("half-way");
  }

  @Test
  void driverWithAnError_failsItsStep_andTheWorkerLives() {
    CliResult result =
        project.run(
            """
            - {id: it, component: e2e.misbehaving, needs: [], config: {how: overflow}}
            - {id: other, component: duckdb.processor, needs: [], config: {query: SELECT 1 AS n}}
            """,
            "--drivers",
            misbehaving.toString(),
            "--parallel",
            "2");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.failure("it").path("code").asText()).isEqualTo("driver_defect");
    assertThat(result.step("other").path("status").asText())
        .isIn("succeeded", "cancelled", "skipped");
  }

  @Test
  void driverThatOutgrowsTheSandbox_endsItsStepForLackOfMemory_andNothingElse() {
    CliResult result =
        project.run(
            """
            - {id: first, component: duckdb.processor, needs: [], config: {query: SELECT 1 AS n}}
            - {id: it, component: e2e.misbehaving, needs: [first], config: {how: hog}}
            """,
            "--drivers",
            misbehaving.toString(),
            "--memory",
            "256m");

    assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
    assertThat(result.step("first").path("status").asText()).isEqualTo("succeeded");
    // By the kernel where a cgroup could be made, else by the worker's own watchdog.
    assertThat(result.failure("it").path("code").asText()).isIn("oom_killed", "out_of_memory");
    assertThat(result.failure("it").path("owner").asText()).isEqualTo("resources");
    assertThat(result.failure("it").path("message").asText()).contains("256m");
    assertThat(result.failure("it").path("advice").asText()).contains("--memory");
    assertThat(result.stderr()).contains("'it'", "--memory");
  }

  @Test
  void driverThatSaysTooMuch_losesTelemetryAndNotItsEnd() {
    CliResult result = misbehave("flood").succeeded();

    List<JsonNode> journal = Json.lines(result.sessionDir().resolve("logs/events.jsonl"));
    assertThat(journal.stream().filter(line -> line.has("step_succeeded"))).hasSize(1);
    long kept = journal.stream().filter(line -> line.has("log_written")).count();
    long dropped =
        journal.stream()
            .mapToLong(line -> line.path("telemetry_dropped").path("events").asLong())
            .sum();
    // The step's metrics are telemetry, too.
    assertThat(kept + dropped).isBetween(200_000L, 200_000L + METRICS);
  }

  private CliResult misbehave(String how) {
    return project.run(
        "- {id: it, component: e2e.misbehaving, needs: [], config: {how: " + how + "}}",
        "--drivers",
        misbehaving.toString());
  }
}
