package dev.osiris.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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
  private static final String MEMORY = "256m";
  private static final String ENDLESS =
      "{id: slow, component: duckdb.processor, needs: [], config: {query: \"%s\"}}"
          .formatted(Commands.endlessQuery());

  // Short: the path of a Unix socket holds 107 bytes.
  private static Path folder;
  private static Path drivers;
  private static Project demo;
  private static RunRecord inProcess;
  private static @Nullable RemoteWorker remote;

  private final Kind kind;

  ConformanceIT(Kind kind) {
    this.kind = kind;
  }

  @BeforeAll
  static void runTheDemoInAProcess() throws IOException {
    folder = Scratch.root();
    drivers = DriverJar.misbehaving(folder);
    demo = Demo.in(folder);
    CliResult result = runDemo(Kind.PROCESS, demo);
    inProcess = RunRecord.of(result, demo);
  }

  @BeforeParameterizedClassInvocation
  static void begin(Kind kind) throws IOException {
    String missing = kind.missing().orElse("");
    assumeThat(missing).as(kind + " cannot be tested here").isEmpty();
    if (!kind.isStartedByTheRun()) {
      remote = RemoteWorker.start(folder.resolve("remote"), drivers, MEMORY);
    }
  }

  @AfterParameterizedClassInvocation
  static void end() {
    if (remote != null) {
      remote.close();
      remote = null;
    }
  }

  private static CliResult runDemo(Kind kind, Project project) {
    return new Cli()
        .run(arguments(kind, project, project.path("pipeline.yaml"), "--parallel", "1"))
        .succeeded();
  }

  private static List<String> arguments(
      Kind kind, Project project, Path pipeline, String... options) {
    List<String> all = new ArrayList<>(kind.flags());
    if (remote != null) {
      all.addAll(remote.flags());
    }
    all.addAll(List.of("--drivers", drivers.toString()));
    all.addAll(List.of(options));
    if (!all.contains("--memory")) {
      all.addAll(List.of("--memory", MEMORY, "--cpus", "2"));
    }
    return project.arguments(pipeline, all.toArray(String[]::new));
  }

  private CliResult run(Cli cli, String steps, String... options) {
    Project project = Project.in(folder);
    return cli.run(arguments(kind, project, project.pipeline(steps), options));
  }

  private static List<JsonNode> journal(CliResult result) {
    return Json.lines(result.sessionDir().resolve("logs/events.jsonl"));
  }

  /** What a run must take with it, whatever its end was. */
  private void leftNothing(CliResult result) {
    assertThat(result.sessionDir().toFile().list())
        .as("of the session")
        .containsExactlyInAnyOrder(
            ".lock", "artifacts", "data", "logs", "manifest.yaml", "status.json");
    if (kind.isContainer()) {
      assertThat(Docker.containers(result.json().path("session_id").asText())).isEmpty();
    }
  }

  @Test
  void demo_leavesTheSameManifestReportEventsResultsAndFiles_andCanBeLookedAt() throws Exception {
    Project project = Demo.like(demo);
    CliResult result = runDemo(kind, project);

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
    leftNothing(result);

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
        run(
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
    leftNothing(result);

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
        arguments(kind, project, project.pipeline("- " + ENDLESS), "--session-id", session);
    try (CliProcess host = CliProcess.start(temporary, arguments)) {
      host.awaitStderr(line -> line.equals("started   slow"));
      Set<String> volumes = Docker.volumes(session);
      assertThat(volumes).hasSize(kind.isContainer() && !kind.isMounted() ? 1 : 0);
      host.signal("INT");
      CliResult result = host.await();

      assertThat(result.exit()).as(result.stderr()).isEqualTo(130);
      assertThat(result.step("slow").path("status").asText()).isEqualTo("cancelled");
      assertThat(result.sessionDir().resolve("data")).isEmptyDirectory();
      leftNothing(result);
      assertThat(volumes).noneMatch(Docker::hasVolume);
      assertThat(temporary).isEmptyDirectory();
    }
  }

  @Test
  void runThatTakesTooLong_isStopped_andTimesOut() throws Exception {
    assumeThat(kind.hasSlowCases()).as("one kind of each sandbox has the slow cases").isTrue();
    CliResult result = run(new Cli(), "- " + ENDLESS, "--timeout", "3s");

    assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
    assertThat(result.failure("slow").path("code").asText()).isEqualTo("timed_out");
    assertThat(result.failure("slow").path("message").asText()).contains("time limit of 3s");
    leftNothing(result);
  }

  @Test
  void stepThatReachesTheLimit_isKilled_andSaysSo() throws Exception {
    assumeThat(kind.hasSlowCases()).as("one kind of each sandbox has the slow cases").isTrue();
    assumeThat(kind.unlimited().orElse("")).as("no limit to reach").isEmpty();
    CliResult result =
        run(
            new Cli(),
            """
            - {id: first, component: duckdb.processor, needs: [], config: {query: SELECT 42 AS n}}
            - {id: hog, component: e2e.misbehaving, needs: [first], config: {how: take, mib: 1024}}
            """);

    assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
    assertThat(result.step("first").path("status").asText()).isEqualTo("succeeded");
    assertThat(result.failure("hog").path("code").asText()).isEqualTo("oom_killed");
    assertThat(result.failure("hog").path("message").asText()).contains(MEMORY, "peak");
    leftNothing(result);
  }

  @Test
  void severalPipelines_succeed_howeverManyTheSandboxServesAtATime() throws Exception {
    assumeThat(kind.hasSlowCases()).as("one kind of each sandbox has the slow cases").isTrue();
    Project project = Project.in(folder);
    List<String> arguments = arguments(kind, project, pipeline(project, "a"), "--jobs", "2");
    arguments.add(2, pipeline(project, "b").toString());
    CliResult result = new Cli().run(arguments);

    assertThat(result.exit()).as(result.stderr()).isZero();
    assertThat(result.stdout().lines().map(Json::parse))
        .extracting(report -> report.path("status").asText())
        .containsExactly("succeeded", "succeeded");
    String oneByOne = "the pipelines run one after the other";
    assertThat(result.stderr().contains(oneByOne)).isEqualTo(!kind.isStartedByTheRun());
  }

  private static Path pipeline(Project project, String name) {
    return project.file(
        name + ".yaml",
        """
        oml_version: "0.1.0"
        name: %s
        steps:
          - {id: only, component: duckdb.processor, needs: [], config: {query: SELECT 42 AS n}}
        """
            .formatted(name));
  }
}
