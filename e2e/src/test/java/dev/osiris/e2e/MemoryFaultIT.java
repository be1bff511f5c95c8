package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.Docker;
import dev.osiris.e2e.harness.DriverJar;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.host.sandbox.process.ProcessSandboxProvider;
import dev.osiris.wire.v1.FailureCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Memory and disk that run out for real: an outcome of its own each, and another attempt if asked.
 */
@ExtendWith(LeakCheck.class)
class MemoryFaultIT {

  @TempDir static Path shared;
  private static Path misbehaving;

  @TempDir Path folder;
  private Project project;

  @BeforeAll
  static void buildDriver() {
    misbehaving = DriverJar.misbehaving(shared);
  }

  @BeforeEach
  void newProject() {
    project = Project.in(folder);
  }

  private CliResult run(String sandbox, String steps, String... options) {
    boolean docker = sandbox.startsWith("docker");
    if (docker) {
      String missing = Docker.missing().orElse("");
      assumeThat(missing).as(missing).isEmpty();
    } else {
      assumeThat(ProcessSandboxProvider.cgroupsWork()).as("a cgroup can be made").isTrue();
    }
    List<String> all = new ArrayList<>(List.of("--drivers", misbehaving.toString(), "--sandbox"));
    all.addAll(List.of(sandbox.split(" ")));
    if (docker) {
      all.addAll(List.of("--image", Docker.image()));
    }
    all.addAll(List.of(options));
    return project.run(steps, all.toArray(String[]::new));
  }

  /** A step that leaves a table, and one that takes so much native memory and passes it on. */
  private static String taking(int mebibytes) {
    return """
    - {id: first, component: duckdb.processor, needs: [], config: {query: SELECT 42 AS n}}
    - {id: it, component: e2e.misbehaving, needs: [first], config: {how: take, mib: %d}}
    - {id: last, component: duckdb.processor, needs: [it], inputs: {first: first}, config: {query: SELECT n + 1 AS n FROM first}}
    """
        .formatted(mebibytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"process", "docker"})
  void oomKill_isAnOutcomeOfTheStep_andNamesWhatThereWas(String sandbox) {
    CliResult result = run(sandbox, taking(2048), "--memory", "256m");

    assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
    assertThat(result.step("first").path("status").asText()).isEqualTo("succeeded");
    JsonNode failure = result.failure("it");
    assertThat(failure.path("code").asText()).isEqualTo("oom_killed");
    assertThat(failure.path("message").asText()).contains("256m", "heap", "DuckDB", "peak");
    assertThat(failure.path("advice").asText()).contains("--memory 512m", "--retry-memory");
    assertThat(result.step("it").path("attempts").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"process", "docker", "docker --no-mount"})
  void oomKill_isMendedByALargerSandbox_whereThatIsAsked(String sandbox) throws Exception {
    CliResult result =
        run(sandbox, taking(224), "--memory", "256m", "--retry-memory", "2x").succeeded();

    assertThat(result.step("first").path("attempts").asInt()).isEqualTo(1);
    assertThat(result.step("it").path("attempts").asInt()).isEqualTo(2);
    assertThat(result.step("last").path("attempts").asInt()).isEqualTo(1);
    assertThat(result.step("it").has("failure")).isFalse();
    Path logs = result.sessionDir().resolve("logs");
    assertThat(Files.readString(logs.resolve("host.jsonl")))
        .contains("step_retried", "oom_killed", "sandbox_replaced", "512m");
    List<JsonNode> journal = Json.lines(logs.resolve("events.jsonl"));
    assertThat(journal.stream().filter(line -> line.has("session_opened"))).hasSize(2);
    assertThat(
            journal.stream()
                .map(line -> line.path("step_accepted"))
                .filter(accepted -> accepted.path("step_id").asText().equals("it"))
                .map(accepted -> accepted.path("attempt").asText()))
        .containsExactly("1", "2");
  }

  @ParameterizedTest
  @CsvSource({
    "process, min(md5(range::VARCHAR))",
    "docker, min(md5(range::VARCHAR))",
    "process, list(range::VARCHAR)",
    "docker, list(range::VARCHAR)",
  })
  void memoryThatDuckDbDoesNotCount_endsTheStep_andNotTheWorker(String sandbox, String aggregate)
      throws Exception {
    CliResult result =
        run(
            sandbox,
            """
            - id: it
              component: duckdb.processor
              needs: []
              config: {query: "SELECT range, %s AS kept FROM range(6000000) GROUP BY range"}
            """
                .formatted(aggregate),
            "--memory",
            "256m",
            "--retry-memory",
            "same");

    assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
    assertThat(result.step("it").path("attempts").asInt()).isEqualTo(2);
    JsonNode failure = result.failure("it");
    assertThat(failure.path("code").asText()).isEqualTo("out_of_memory");
    assertThat(failure.path("advice").asText()).contains("--memory", "--retry-memory");
    List<JsonNode> journal = Json.lines(result.sessionDir().resolve("logs/events.jsonl"));
    assertThat(journal.stream().filter(line -> line.has("session_opened")))
        .as("the worker lived to run it again")
        .hasSize(1);
  }

  /** Where no cgroup can be had, the worker's own measure is all there is. */
  @Test
  void worker_withoutACgroup_stopsTheStepItself_andGoesOn() {
    try (WorkerProcess worker =
            WorkerProcess.below(folder.resolve("sessions")).memory("256m").start();
        RawSession session = RawSession.open(worker, "alone", folder)) {
      var failed =
          session.fail(
              Commands.sql(
                  "it",
                  "SELECT range, min(md5(range::VARCHAR)) AS kept FROM range(6000000) GROUP BY range"));
      assertThat(failed.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_OUT_OF_MEMORY);
      assertThat(failed.getFailure().getMessage()).contains("256m", "heap", "DuckDB", "peak");
      session.succeed(Commands.sql("next", "SELECT md5(range::VARCHAR) AS m FROM range(1000000)"));
    }
  }

  @Test
  void threadsThatRunOut_areTold_apartFromMemory() {
    CliResult result =
        run(
            "docker",
            """
            - {id: beside, component: duckdb.processor, needs: [], config: {query: SELECT 42 AS n}}
            - {id: it, component: e2e.misbehaving, needs: [beside], config: {how: threads}}
            """);

    assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
    JsonNode failure = result.failure("it");
    assertThat(failure.path("code").asText()).isEqualTo("limit_reached");
    assertThat(failure.path("message").asText()).contains("thread or process", "512", "pids");
    assertThat(failure.path("advice").asText()).contains("fewer threads", "--parallel");
  }

  @Test
  void heapExhaustion_isTold_apartFromTheRestOfTheMemory() {
    CliResult result =
        run("process", "- {id: it, component: e2e.misbehaving, needs: [], config: {how: heap}}");

    assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
    JsonNode failure = result.failure("it");
    assertThat(failure.path("code").asText()).isEqualTo("heap_exhausted");
    assertThat(failure.path("message").asText()).contains("heap 64m", "512m");
    assertThat(failure.path("advice").asText()).contains("--memory");
  }

  @Test
  void spilling_endsAtWhatTheSessionMayHold() {
    CliResult result =
        run(
            "process",
            """
            - id: it
              component: duckdb.processor
              needs: []
              config: {query: "SELECT md5(range::VARCHAR) AS k FROM range(8000000) ORDER BY k"}
            """,
            "--memory",
            "256m",
            "--disk",
            "32m");

    assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
    JsonNode failure = result.failure("it");
    assertThat(failure.path("code").asText()).isEqualTo("spill_limit");
    assertThat(failure.path("message").asText()).contains("30m");
    assertThat(failure.path("advice").asText()).contains("--disk");
  }

  @Test
  void publishedData_countsAgainstTheSameLimit() {
    CliResult result =
        run(
            "process",
            """
            - id: small
              component: duckdb.processor
              needs: []
              config: {query: SELECT 1 AS n}
            - id: large
              component: duckdb.processor
              config: {query: "SELECT hash(range) AS a, hash(range + 1) AS b FROM range(1000000)"}
            """,
            "--disk",
            "8m");

    assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
    assertThat(result.step("small").path("status").asText()).isEqualTo("succeeded");
    JsonNode failure = result.failure("large");
    assertThat(failure.path("code").asText()).isEqualTo("limit_reached");
    assertThat(failure.path("message").asText()).contains("8m", "taken");
    assertThat(result.sessionDir().resolve("data/large.duckdb")).doesNotExist();
  }
}
