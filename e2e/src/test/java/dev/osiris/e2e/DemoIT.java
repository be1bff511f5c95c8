package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Demo;
import dev.osiris.e2e.harness.cli.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The example that {@code scripts/demo} runs. */
@ExtendWith(LeakCheck.class)
class DemoIT {

  private static final List<String> RESULTS =
      List.of("out/movies.csv", "out/actors.csv", "out/movies.parquet");

  @TempDir static Path folder;
  private static Project inProcess;
  private static CliResult processResult;

  @BeforeAll
  static void runInAProcess() throws IOException {
    inProcess = Demo.in(folder);
    processResult = run(inProcess).succeeded();
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
    Project again = Demo.in(folder);
    run(again).succeeded();
    sameFiles(again);
  }

  private static void sameFiles(Project other) throws IOException {
    for (String result : RESULTS) {
      assertThat(other.path(result)).as(result).hasSameBinaryContentAs(inProcess.path(result));
    }
  }
}
