package dev.osiris.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.Docker;
import dev.osiris.e2e.harness.FileWait;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.Scratch;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliProcess;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.docker.DockerEngine;
import dev.osiris.host.sandbox.docker.DockerSandboxProvider;
import dev.osiris.host.sandbox.docker.DockerSettings;
import dev.osiris.host.sandbox.docker.DockerSettings.Pull;
import dev.osiris.host.sandbox.docker.DockerSettings.Transport;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way to a worker in a container, from the command line to the end of its container. */
@ExtendWith(LeakCheck.class)
class DockerTransportIT {
  private static final String STEPS =
      """
      - id: one
        component: duckdb.processor
        mode: transform
        needs: []
        config: {query: "SELECT 1 AS n"}
      - id: two
        component: duckdb.processor
        mode: transform
        config: {query: "SELECT n + 1 AS n FROM one"}
      """;

  @BeforeAll
  static void requireDocker() {
    String missing = Docker.missing().orElse("");
    assumeTrue(missing.isEmpty(), missing);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          '--transport auto',                    unix socket,   true
          '--transport port',                    port with TLS, true
          '--transport bridge --network none',   exec bridge,   true
          '--no-mount',                          exec bridge,   false
          '--no-mount --transport port',         port with TLS, false
          """)
  void run_succeeds_andLeavesNothing(String flags, String transport, boolean sharesDisk) {
    CliResult result = run(new Cli(), List.of(flags.split(" ")));

    assertThat(result.succeeded().stderr()).contains(" by " + transport);
    JsonNode started = started(result);
    assertThat(started.path("transport").asText()).isEqualTo(transport);
    assertThat(started.path("shares_disk").asBoolean()).isEqualTo(sharesDisk);
    assertThat(result.step("two").path("status").asText()).isEqualTo("succeeded");
    assertThat(result.sessionDir().resolve("run")).doesNotExist();
    assertThat(Docker.containers(result.json().path("session_id").asText())).isEmpty();
  }

  @Test
  void engineAtAPort_isReached_andNothingIsMounted() throws Exception {
    try (EngineProxy engine = new EngineProxy()) {
      CliResult result = run(new Cli().with("DOCKER_HOST", engine.address()), List.of());
      assertThat(started(result.succeeded()).path("shares_disk").asBoolean()).isFalse();
      assertThat(started(result).path("transport").asText()).isEqualTo("exec bridge");
      assertThat(engine.connections()).isPositive();
    }
  }

  @Test
  void container_isNotCheckedByTheEngine() throws Exception {
    Path root = Scratch.folder("h");
    SessionId session = new SessionId("unchecked");
    Files.createDirectories(root.resolve("unchecked/logs"));
    SandboxSpec spec =
        new SandboxSpec(
            session,
            root,
            ByteSize.ofMiB(256),
            1,
            List.of(),
            null,
            Map.of(),
            root.resolve("unchecked/logs/worker.log"),
            root.resolve("unchecked"),
            Duration.ofSeconds(60));
    DockerSettings settings =
        new DockerSettings(Docker.image(), null, Pull.NEVER, true, Transport.AUTO);
    DockerSandboxProvider provider =
        new DockerSandboxProvider(new DockerEngine(System.getenv()), settings, true);
    try (Sandbox running = provider.start(spec)) {
      assertThat(running.alive()).isTrue();
      assertThat(Docker.healthCheck("unchecked")).contains("[NONE]");
    }
  }

  @Test
  void folderThatTheEngineDoesNotSee_isNotMounted_andTheRunSaysSo() throws Exception {
    // In a mount namespace of its own this host has a disk that the engine has not.
    Project project = Project.in(Scratch.root());
    Path hidden = Files.createDirectory(project.folder().resolveSibling("hidden"));
    project.pipeline(STEPS);
    List<String> options = List.of("--sandbox", "docker", "--image", Docker.image());
    List<String> arguments =
        new ArrayList<>(
            project.arguments(hidden.resolve("p/pipeline.yaml"), options.toArray(String[]::new)));
    arguments.set(arguments.indexOf("--session-root") + 1, hidden.resolve("s").toString());
    String script =
        "mount -t tmpfs osiris-e2e '%s' && cp -r '%s' '%s' && exec \"$@\""
            .formatted(hidden, project.folder(), hidden.resolve("p"));
    try (CliProcess host =
        CliProcess.start(
            Scratch.folder("t"),
            arguments,
            List.of("unshare", "--mount", "/bin/sh", "-c", script, "sh"))) {
      CliResult result = host.await();
      assumeThat(result.stderr())
          .as("a mount namespace can be made")
          .doesNotContain("unshare failed", "permission denied");
      assertThat(result.succeeded().stderr())
          .contains("does not see this machine's folders", " by exec bridge");
      assertThat(result.step("two").path("status").asText()).isEqualTo("succeeded");
    }
  }

  @Test
  void unknownNetworkAndImage_areToldWithWhatToDo() {
    assertThat(run(new Cli(), List.of("--network", "no-such-network")))
        .satisfies(result -> {
          assertThat(result.exit()).isEqualTo(3);
          assertThat(result.stderr()).contains("no-such-network", "docker network ls");
        });
    assertThat(run(new Cli(), List.of("--image", "osiris/none:0", "--pull", "never")).stderr())
        .contains("there is no image 'osiris/none:0'", "scripts/image");
    // No registry has it.
    assertThat(run(new Cli(), List.of("--pull", "always")).stderr())
        .contains("is here, but --pull always wants the newest", "--pull missing")
        .doesNotContain("\tat ");
    assertThat(run(new Cli(), List.of("--no-mount", "--transport", "socket")))
        .satisfies(result -> {
          assertThat(result.exit()).isEqualTo(2);
          assertThat(result.stderr()).contains("--transport bridge");
        });
  }

  @Test
  void interruptWhileTheContainerStarts_isACancelledRun_andLeavesNothing() {
    Project project = Project.in(Scratch.root());
    List<String> arguments =
        project.arguments(
            project.pipeline(STEPS),
            "--sandbox",
            "docker",
            "--image",
            Docker.image(),
            "--session-id",
            "early");
    try (CliProcess host = CliProcess.start(Scratch.temporary(), arguments)) {
      FileWait.untilContains(
          project.sessions().resolve("early/logs/host.jsonl"), "sandbox_starting");
      host.signal("INT");
      CliResult result = host.await();
      assertThat(result.exit()).as(result.stderr()).isEqualTo(130);
      assertThat(result.json().path("status").asText()).isEqualTo("cancelled");
      assertThat(Docker.containers("early")).isEmpty();
    }
    assertThat(project.sessions().resolve("early/run")).doesNotExist();
  }

  private CliResult run(Cli cli, List<String> flags) {
    // A short path: that of a socket holds 107 bytes.
    Project project = Project.in(Scratch.root());
    List<String> options = new ArrayList<>(List.of("--sandbox", "docker"));
    if (!flags.contains("--image")) {
      options.addAll(List.of("--image", Docker.image()));
    }
    options.addAll(flags);
    return cli.run(project.arguments(project.pipeline(STEPS), options.toArray(String[]::new)));
  }

  private static JsonNode started(CliResult result) {
    return Json.lines(result.sessionDir().resolve("logs/host.jsonl")).stream()
        .filter(line -> line.path("event").asText().equals("sandbox_started"))
        .findFirst()
        .orElseThrow();
  }
}
