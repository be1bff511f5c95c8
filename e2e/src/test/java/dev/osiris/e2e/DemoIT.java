package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.osiris.e2e.harness.Docker;
import dev.osiris.e2e.harness.Installation;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Command;
import dev.osiris.e2e.harness.cli.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example that {@code scripts/demo} runs, in both kinds of sandbox: the same results and the
 * same events.
 */
@ExtendWith(LeakCheck.class)
class DemoIT {

  private static final List<String> RESULTS =
      List.of("out/movies.csv", "out/actors.csv", "out/movies.parquet");

  @TempDir static Path folder;
  private static Project inProcess;
  private static CliResult processResult;

  @BeforeAll
  static void runInAProcess() throws IOException {
    inProcess = movies();
    processResult = run(inProcess).succeeded();
  }

  /** A copy of the example with its generated data. */
  private static Project movies() throws IOException {
    Project project = Project.in(folder);
    Path example = Installation.repository().resolve("examples/movies");
    for (String name : List.of("pipeline.yaml", "Generate.java")) {
      project.file(name, Files.readAllBytes(example.resolve(name)));
    }
    CliResult made =
        Command.run(
            project.folder(),
            Map.of("LC_ALL", "C.UTF-8"),
            List.of(Installation.java().toString(), "Generate.java", "data"));
    assertThat(made.exit()).as(made.stderr()).isZero();
    return project;
  }

  private static CliResult run(Project project, String... options) {
    List<String> all =
        new ArrayList<>(List.of("--memory", "256m", "--cpus", "2", "--parallel", "1"));
    all.addAll(List.of(options));
    return new Cli()
        .run(project.arguments(project.path("pipeline.yaml"), all.toArray(String[]::new)));
  }

  @Test
  void demo_showsWhatItPromises() throws Exception {
    assertThat(processResult.json().path("steps")).hasSize(11);
    assertThat(processResult.step("people").path("outputs").path("tables").size()).isEqualTo(2);
    assertThat(processResult.step("výsledek").path("outputs").path("rows").asLong()).isPositive();
    for (String result : RESULTS) {
      assertThat(inProcess.path(result)).isNotEmptyFile();
    }
    List<String> movies = Files.readAllLines(inProcess.path("out/movies.csv"));
    assertThat(movies.getFirst())
        .isEqualTo("budget,code,country,director,last_rated,movie_id,ratings,released,score,title");
    assertThat(movies)
        .hasSize(1 + processResult.step("výsledek").path("outputs").path("rows").asInt());
    try (Stream<Path> data = Files.list(processResult.sessionDir().resolve("data"))) {
      assertThat(data.map(path -> path.getFileName().toString()))
          .contains("výsledek.duckdb", "people.duckdb")
          .allMatch(name -> name.endsWith(".duckdb"))
          .hasSize(8);
    }
    assertThat(processResult.sessionDir().resolve("manifest.yaml")).isNotEmptyFile();
  }

  @Test
  void session_canBeLookedAtAfterwards() {
    String root = inProcess.sessions().toString();
    String id = processResult.json().path("session_id").asText();
    CliResult preview = new Cli().run("preview", id, "people", "--session-root", root);
    assertThat(preview.exit()).as(preview.stderr()).isIn(0, 2);
    CliResult query =
        new Cli()
            .run(
                "query",
                id,
                "SELECT count(*) AS n FROM \"people\".\"actors\" JOIN \"extract-actors\" USING (actor_id)",
                "--session-root",
                root);
    assertThat(query.exit()).as(query.stderr()).isZero();
    assertThat(query.stdout())
        .contains(
            processResult
                .step("people")
                .path("outputs")
                .path("tables")
                .path("actors")
                .path("rows")
                .asText());
    CliResult shown = new Cli().run("sessions", "show", id, "--session-root", root);
    assertThat(shown.exit()).isZero();
    assertThat(shown.stdout()).contains("succeeded", "výsledek");
  }

  @Test
  void run_isTheSame_whenItIsDoneAgain() throws Exception {
    Project again = movies();
    run(again).succeeded();
    sameFiles(again);
  }

  @Test
  void dockerSandbox_givesTheSameResultsAndEvents() throws Exception {
    String missing = Docker.missing().orElse("");
    assumeThat(missing).as(missing).isEmpty();
    Project inDocker = movies();
    CliResult result = run(inDocker, "--sandbox", "docker").succeeded();

    assertThat(result.json().path("sandbox").asText()).isEqualTo("docker");
    sameFiles(inDocker);
    assertThat(withoutTimes(result, inDocker)).isEqualTo(withoutTimes(processResult, inProcess));
    assertThat(events(result, inDocker)).isEqualTo(events(processResult, inProcess));
    JsonNode opened =
        Json.lines(result.sessionDir().resolve("logs/events.jsonl")).get(1).path("session_opened");
    assertThat(opened.path("budget").path("enforcement").asText()).isEqualTo("cgroup");
    assertThat(opened.path("budget").path("limit_bytes").asLong()).isEqualTo(256L << 20);
  }

  private static void sameFiles(Project other) throws IOException {
    for (String result : RESULTS) {
      assertThat(other.path(result)).as(result).hasSameBinaryContentAs(inProcess.path(result));
    }
  }

  /** The report but for what differs from run to run. */
  private static String withoutTimes(CliResult result, Project project) {
    ObjectNode report = result.json().deepCopy();
    report.remove(List.of("session_id", "session_dir", "duration_ms", "sandbox"));
    report
        .path("steps")
        .forEach(step -> ((ObjectNode) step).remove(List.of("queued_ms", "duration_ms")));
    return report.toString().replace(project.folder().toString(), "<project>");
  }

  /** What the journal says of each step, in its order, without times and measurements. */
  private static Map<String, List<String>> events(CliResult result, Project project) {
    Map<String, List<String>> events = new LinkedHashMap<>();
    for (JsonNode line : Json.lines(result.sessionDir().resolve("logs/events.jsonl"))) {
      String kind =
          StreamSupport.stream(((Iterable<String>) line::fieldNames).spliterator(), false)
              .filter(name -> !List.of("sequence", "time", "command_id").contains(name))
              .findFirst()
              .orElse("");
      JsonNode content = line.path(kind);
      String step = content.path("step_id").asText();
      if (step.isEmpty() || kind.equals("step_progressed") || kind.equals("step_queued")) {
        continue;
      }
      ObjectNode copy = content.deepCopy();
      copy.remove("elapsed");
      if (kind.equals("metric_reported") && !copy.path("unit").asText().equals("rows")) {
        copy.remove("value");
      }
      events
          .computeIfAbsent(step, id -> new ArrayList<>())
          .add(kind + " " + copy.toString().replace(project.folder().toString(), "<project>"));
    }
    return events;
  }
}
