package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.osiris.e2e.harness.Docker;
import dev.osiris.e2e.harness.FileWait;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.Scratch;
import dev.osiris.e2e.harness.cli.CliProcess;
import dev.osiris.e2e.harness.cli.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A host that is killed: what it had started ends by itself and cleans up after itself. */
@ExtendWith(LeakCheck.class)
class HostKilledIT {
  private static final String ENDLESS =
      """
      - id: busy
        component: duckdb.processor
        mode: transform
        needs: []
        config: {query: "SELECT sum(range % 7) AS n FROM range(1000000000000)"}
      """;

  @TempDir Path folder;

  @Test
  void processSandbox_leavesNothing() {
    Project project = Project.in(folder);
    List<ProcessHandle> workers = killAmid(project);
    assertThat(workers).isNotEmpty();
    FileWait.until("the worker ends", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(Scratch.temporary()).isEmptyDirectory();
    assertThat(project.sessions().resolve("s")).isDirectoryNotContaining("glob:**.spill-*");
  }

  @Test
  void dockerSandbox_leavesNothing() {
    String missing = Docker.missing().orElse("");
    assumeTrue(missing.isEmpty(), missing);
    Project project = Project.in(folder);
    killAmid(
        project,
        "--sandbox",
        "docker",
        "--image",
        Docker.image(),
        // The shortest that outlasts the pauses between a host's pings.
        "--lease",
        "6s");
    assertThat(Docker.containers("s")).as("the lease has not ended yet").isNotEmpty();
    FileWait.until("the container is gone", () -> Docker.containers("s").isEmpty());
    assertThat(Scratch.temporary()).isEmptyDirectory();
    assertThat(Files.exists(project.sessions().resolve("s/run"))).as("socket and token").isFalse();
  }

  /** Kills a host when its step runs; returns what its children were. */
  private static List<ProcessHandle> killAmid(Project project, String... options) {
    String[] all = Arrays.copyOf(options, options.length + 2);
    all[options.length] = "--session-id";
    all[options.length + 1] = "s";
    List<String> arguments = project.arguments(project.pipeline(ENDLESS), all);
    try (CliProcess host = CliProcess.start(Scratch.temporary(), arguments)) {
      host.awaitStderr(line -> line.contains("started   busy"));
      List<ProcessHandle> children = host.children();
      host.signal("KILL");
      assertThat(host.await().exit()).isEqualTo(137);
      return children;
    }
  }
}
