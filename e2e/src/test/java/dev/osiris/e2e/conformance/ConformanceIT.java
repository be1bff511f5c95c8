package dev.osiris.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.Docker;
import dev.osiris.e2e.harness.DriverJar;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.Scratch;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliProcess;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Demo;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.cli.RunRecord;
import dev.osiris.e2e.harness.wire.Commands;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same behaviour in every kind of sandbox: whoever has seen a pipeline run in one knows what it
 * does in the others. A kind that cannot be had here is skipped with the reason.
 */
@ExtendWith(LeakCheck.class)
@ParameterizedClass(name = "{0}")
@EnumSource(Kind.class)
class ConformanceIT {
  private static final String ENDLESS =
      "{id: slow, component: duckdb.processor, needs: [], config: {query: \"%s\"}}"
          .formatted(Commands.endlessQuery());

  // Short: the path of a Unix socket holds 107 bytes.
  private static Path folder;
  private static Path drivers;
  private static Project demo;
  private static RunRecord inProcess;
  private static @Nullable KindRuns runs;

  private final Kind kind;

  ConformanceIT(Kind kind) {
    this.kind = kind;
  }

  @BeforeAll
  static void runTheDemoInAProcess() throws IOException {
    folder = Scratch.root();
    drivers = DriverJar.misbehaving(folder);
    demo = Demo.in(folder);
    try (KindRuns process = KindRuns.of(Kind.PROCESS, drivers)) {
      inProcess = RunRecord.of(process.demo(demo), demo);
    }
  }

  @BeforeParameterizedClassInvocation
  static void begin(Kind kind) throws IOException {
    runs = KindRuns.of(kind, drivers);
  }

  @AfterParameterizedClassInvocation
  static void end() {
    if (runs != null) {
      runs.close();
      runs = null;
    }
  }

  private static List<JsonNode> journal(CliResult result) {
    return Json.lines(result.sessionDir().resolve("logs/events.jsonl"));
  }

  @Test
  void demo_leavesTheSameManifestReportEventsResultsAndFiles_andCanBeLookedAt() throws Exception {
    Project project = Demo.like(demo);
    CliResult result = runs.demo(project);

    assertThat(result.json().path("sandbox").asText()).isEqualTo(kind.sandbox());
    RunRecord record = RunRecord.of(result, project);
    assertThat(record.manifest()).isEqualTo(inProcess.manifest());
    assertThat(record.report()).isEqualTo(inProcess.report());
    assertThat(record.events()).isEqualTo(inProcess.events());
    assertThat(record.results()).hasSize(3).isEqualTo(inProcess.results());
    // A worker that others started keeps its log where it runs.
    assertThat(record.layout())
        .isEqualTo(
            inProcess.layout().stream()
                .filter(name -> kind.isStartedByTheRun() || !name.equals("logs/worker.log"))
                .toList());
    runs.leftNothing(result);

    String session = result.json().path("session_id").asText();
    String root = project.sessions().toString();
    CliResult query =
        new Cli()
            .run(
                "query",
                session,
                "SELECT count(*) AS n FROM \"people\".\"actors\"",
                "--session-root",
                root);
    assertThat(query.exit()).as(query.stderr()).isZero();
    JsonNode actors = result.step("people").path("outputs").path("tables").path("actors");
    assertThat(query.stdout()).contains(actors.path("rows").asText());
    CliResult preview =
        new Cli().run("preview", session, "people.directors", "--session-root", root);
    assertThat(preview.exit()).as(preview.stderr()).isZero();
    assertThat(preview.stdout()).contains("director_id", "name", "country");
  }

  @Test
  void limitsAreSeenInside_andStepsThatFailOrTakeTooLong_sayTheSame() throws Exception {
    List<String> options = new ArrayList<>(List.of("--parallel", "2"));
    if (kind.isStartedByTheRun()) {
      options.addAll(List.of("--memory", "320m", "--cpus", "1", "--env", "OSIRIS_SEEN"));
    }
    CliResult result =
        runs.run(
            new Cli().with("OSIRIS_SEEN", "yes"),
            """
            - {id: look, component: e2e.misbehaving, needs: [], config: {how: environment}}
            - {id: hashes, component: duckdb.processor, needs: [], config: {query: "SELECT md5(i::VARCHAR) AS h FROM range(100000) t(i)"}}
            - {id: bad, component: duckdb.processor, needs: [hashes], config: {query: "SELECT CAST(h AS INTEGER) AS n FROM hashes"}}
            - {id: slow, timeout: 300ms, component: duckdb.processor, needs: [hashes], inputs: {}, config: {query: "%s"}}
            - {id: never, component: duckdb.processor, needs: [bad], config: {query: "SELECT n FROM bad"}}
            """
                .formatted(Commands.endlessQuery()),
            options.toArray(String[]::new));

    assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
    assertThat(result.step("hashes").path("outputs").path("rows").asLong()).isEqualTo(100_000);
    assertThat(result.failure("bad").path("owner").asText()).isEqualTo("user");
    assertThat(result.failure("bad").path("code").asText()).isEqualTo("sql_value");
    assertThat(result.sessionDir().resolve("artifacts/bad/rejects.jsonl")).isNotEmptyFile();
    assertThat(result.failure("slow").path("code").asText()).isEqualTo("timed_out");
    assertThat(result.step("never").path("status").asText()).isEqualTo("skipped");
    assertThat(result.sessionDir().resolve("data").toFile().list())
        .containsExactly("hashes.duckdb");
    runs.leftNothing(result);

    JsonNode budget = journal(result).get(1).path("session_opened").path("budget");
    assertThat(budget.path("limit_bytes").asLong())
        .isEqualTo((kind.isStartedByTheRun() ? 320L : 256L) << 20);
    assertThat(budget.path("threads").asInt()).isEqualTo(kind.isStartedByTheRun() ? 1 : 2);
    if (kind.unlimited().isEmpty()) {
      assertThat(budget.path("enforcement").asText()).isEqualTo("cgroup");
    }
    if (kind.isStartedByTheRun()) {
      assertThat(
              journal(result).stream()
                  .map(line -> line.path("driver_reported").path("attributes"))
                  .filter(variable -> variable.path("name").asText().equals("OSIRIS_SEEN"))
                  .map(variable -> variable.path("value").asText()))
          .containsExactly("yes");
    }
  }

  @Test
  void interruptedRun_isCancelled_andLeavesNothing() throws Exception {
    Project project = Project.in(folder);
    Path temporary = Scratch.folder("t");
    String session = "interrupted-" + kind.ordinal();
    List<String> arguments =
        runs.arguments(project, project.pipeline("- " + ENDLESS), "--session-id", session);
    try (CliProcess host = CliProcess.start(temporary, arguments)) {
      host.awaitStderr(line -> line.equals("started   slow"));
      Set<String> volumes = Docker.volumes(session);
      assertThat(volumes).hasSize(kind.isContainer() && !kind.isMounted() ? 1 : 0);
      host.signal("INT");
      CliResult result = host.await();

      assertThat(result.exit()).as(result.stderr()).isEqualTo(130);
      assertThat(result.step("slow").path("status").asText()).isEqualTo("cancelled");
      assertThat(result.sessionDir().resolve("data")).isEmptyDirectory();
      runs.leftNothing(result);
      assertThat(volumes).noneMatch(Docker::hasVolume);
      assertThat(temporary).isEmptyDirectory();
    }
  }
}
