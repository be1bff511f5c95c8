package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliProcess;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.wire.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code osiris run a.yaml b.yaml …}: several at a time, told in order, one verdict. */
@ExtendWith(LeakCheck.class)
class SeveralPipelinesIT {

  @TempDir Path folder;
  private Project project;

  @BeforeEach
  void newProject() {
    project = Project.in(folder);
  }

  private Path pipeline(String name, String query) {
    return project.file(
        name + ".yaml",
        """
        oml_version: "0.1.0"
        name: %s
        steps:
          - {id: only, component: duckdb.processor, needs: [], config: {query: "%s"}}
        """
            .formatted(name, query));
  }

  private List<String> arguments(List<Path> pipelines, String... options) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    pipelines.forEach(pipeline -> arguments.add(pipeline.toString()));
    arguments.addAll(
        List.of("--json", "--session-root", project.sessions().toString(), "--memory", "256m"));
    arguments.addAll(List.of(options));
    return arguments;
  }

  private List<Path> sessions() throws IOException {
    if (!Files.exists(project.sessions())) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(project.sessions())) {
      return found.sorted().toList();
    }
  }

  private static List<JsonNode> reports(CliResult result) {
    return result.stdout().lines().map(Json::parse).toList();
  }

  @Test
  void three_runTwoAtATime_areToldInOrder_andLeaveThreeSessions() throws Exception {
    // The first one ends last, and is told first all the same.
    String slow = "SELECT count(*) AS n FROM range(600000000) t(i) WHERE hash(i) % 7 = 1";
    CliResult result =
        new Cli()
            .run(
                arguments(
                    List.of(
                        pipeline("one", slow),
                        pipeline("two", "SELECT 2 AS n"),
                        pipeline("three", "SELECT 3 AS n")),
                    "--jobs",
                    "2"))
            .succeeded();
    List<JsonNode> reports = reports(result);
    assertThat(reports)
        .extracting(report -> report.path("pipeline").asText())
        .containsExactly("one", "two", "three");
    assertThat(reports)
        .extracting(report -> report.path("status").asText())
        .containsOnly("succeeded");
    assertThat(result.stderr().lines())
        .contains("one: started   only", "two: started   only", "three: started   only");
    // What the pool had ready and nobody took is gone.
    assertThat(sessions()).hasSize(3);
    for (Path session : sessions()) {
      assertThat(session.resolve("data/only.duckdb")).exists();
      assertThat(session.resolve("status.json")).exists();
    }
    assertThat(ended(reports.get(1))).isBefore(ended(reports.get(0)));
  }

  private static Instant ended(JsonNode report) throws IOException {
    Path log = Path.of(report.path("session_dir").asText(), "logs/host.jsonl");
    return Files.readAllLines(log).stream()
        .map(Json::parse)
        .filter(line -> line.path("event").asText().equals("run_ended"))
        .map(line -> Instant.parse(line.path("time").asText()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void oneThatFails_doesNotKeepOthersFromRunning_andGivesTheExitCode() {
    CliResult result =
        new Cli()
            .run(
                arguments(
                    List.of(
                        pipeline("good", "SELECT 1 AS n"),
                        pipeline("bad", "SELECT nothing FROM nowhere"),
                        pipeline("alsogood", "SELECT 1 AS n"))));
    assertThat(result.exit()).isEqualTo(1);
    assertThat(reports(result))
        .extracting(report -> report.path("status").asText())
        .containsExactly("succeeded", "failed", "succeeded");
    assertThat(result.stderr()).contains("bad failed:");
  }

  @Test
  void aMistakeInTheLast_isToldBeforeTheFirstHasDoneAnything() throws Exception {
    Path broken = project.file("broken.yaml", "oml_version: \"0.1.0\"\nname: broken\nsteps: 7\n");
    CliResult result = new Cli().run(arguments(List.of(pipeline("good", "SELECT 1 AS n"), broken)));
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.stderr()).contains("broken.yaml:3:");
    assertThat(result.stdout()).isEmpty();
    assertThat(sessions()).isEmpty();
  }

  @Test
  void interrupt_cancelsAllThatRun_andBeginsNoOther() throws Exception {
    String endless = Commands.endlessQuery();
    List<Path> pipelines =
        List.of(pipeline("a", endless), pipeline("b", endless), pipeline("c", endless));
    Path temporary = Files.createDirectory(folder.resolve("t"));
    try (CliProcess host = CliProcess.start(temporary, arguments(pipelines, "--jobs", "2"))) {
      host.awaitStderr(line -> line.equals("a: started   only"));
      host.awaitStderr(line -> line.equals("b: started   only"));
      host.signal("INT");
      CliResult result = host.await();
      assertThat(result.exit()).isEqualTo(130);
      assertThat(reports(result))
          .extracting(report -> report.path("status").asText())
          .containsExactly("cancelled", "cancelled");
      assertThat(result.stderr()).contains("c was not begun");
    }
    assertThat(sessions()).hasSize(2);
  }
}
