package dev.osiris.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.osiris.e2e.harness.DriverJar;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.Scratch;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.wire.Commands;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What takes its time, in one kind of each sandbox: the one that is most unlike a child process on
 * the same disk. Nobody but who starts it limits a remote worker's memory, so it reaches no limit.
 */
@ExtendWith(LeakCheck.class)
class SlowConformanceIT {
  private static final String ENDLESS =
      "{id: slow, component: duckdb.processor, needs: [], config: {query: \"%s\"}}"
          .formatted(Commands.endlessQuery());

  private static Path drivers;

  @BeforeAll
  static void buildDrivers() {
    drivers = DriverJar.misbehaving(Scratch.folder("slow"));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Kind.class,
      names = {"PROCESS", "DOCKER_BRIDGE_UNMOUNTED", "REMOTE"})
  void runThatTakesTooLong_isStopped_andTimesOut(Kind kind) throws Exception {
    try (KindRuns runs = KindRuns.of(kind, drivers)) {
      CliResult result = runs.run(new Cli(), "- " + ENDLESS, "--timeout", "3s");

      assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
      assertThat(result.failure("slow").path("code").asText()).isEqualTo("timed_out");
      assertThat(result.failure("slow").path("message").asText()).contains("time limit of 3s");
      runs.leftNothing(result);
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Kind.class,
      names = {"PROCESS", "DOCKER_BRIDGE_UNMOUNTED"})
  void stepThatReachesTheLimit_isKilled_andSaysSo(Kind kind) throws Exception {
    try (KindRuns runs = KindRuns.of(kind, drivers)) {
      assumeThat(kind.unlimited().orElse("")).as("no limit to reach").isEmpty();
      CliResult result =
          runs.run(
              new Cli(),
              """
              - {id: first, component: duckdb.processor, needs: [], config: {query: SELECT 42 AS n}}
              - {id: hog, component: e2e.misbehaving, needs: [first], config: {how: take, mib: 1024}}
              """);

      assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
      assertThat(result.step("first").path("status").asText()).isEqualTo("succeeded");
      assertThat(result.failure("hog").path("code").asText()).isEqualTo("oom_killed");
      assertThat(result.failure("hog").path("message").asText()).contains(KindRuns.MEMORY, "peak");
      runs.leftNothing(result);
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Kind.class,
      names = {"PROCESS", "DOCKER_BRIDGE_UNMOUNTED", "REMOTE"})
  void severalPipelines_succeed_howeverManyTheSandboxServesAtATime(Kind kind) throws Exception {
    try (KindRuns runs = KindRuns.of(kind, drivers)) {
      Project project = Project.in(Scratch.root());
      List<String> arguments = runs.arguments(project, pipeline(project, "a"), "--jobs", "2");
      arguments.add(2, pipeline(project, "b").toString());
      CliResult result = new Cli().run(arguments);

      assertThat(result.exit()).as(result.stderr()).isZero();
      assertThat(result.stdout().lines().map(Json::parse))
          .extracting(report -> report.path("status").asText())
          .containsExactly("succeeded", "succeeded");
      String oneByOne = "the pipelines run one after the other";
      assertThat(result.stderr().contains(oneByOne)).isEqualTo(!kind.isStartedByTheRun());
    }
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
