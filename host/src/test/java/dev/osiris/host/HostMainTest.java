package dev.osiris.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.view.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line without a worker: what it says and what it returns. */
class HostMainTest {
  private static final String PIPELINE =
      """
      oml_version: "0.1.0"
      name: tiny
      steps:
        - id: a
          component: duckdb.processor
          mode: transform
          needs: []
          config: {query: "SELECT 1 AS x"}
      """;

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help", "run --help", "validate --help", "sessions --help", "sessions list --help",
        "preview --help", "query --help", "drivers --help", "doctor --help", "help run"
      })
  void help_goesToStandardOutput(String line) {
    assertThat(run(line.split(" "))).isZero();
    assertThat(out()).contains("Usage: osiris");
    assertThat(err()).isEmpty();
  }

  @Test
  void version_namesTheProductAndJava() {
    assertThat(run("--version")).isZero();
    assertThat(out()).contains("osiris ", "Java 25");
  }

  @Test
  void unknownFlag_isAUsageError_withASuggestion() {
    assertThat(run("run", "x.yaml", "--sandbx", "docker")).isEqualTo(2);
    assertThat(err()).contains("--sandbx", "--sandbox");
    assertThat(out()).isEmpty();
  }

  @Test
  void missingCommand_isAUsageError() {
    assertThat(run()).isEqualTo(2);
    assertThat(err()).contains("a command is missing");
  }

  @Test
  void missingPipeline_isAUsageError() {
    assertThat(run("run", "nowhere.yaml")).isEqualTo(2);
    assertThat(err()).contains("there is no pipeline file nowhere.yaml");
  }

  @Test
  void run_withoutAWorker_saysWhereItShouldBe_andWritesStatus() throws Exception {
    Files.writeString(folder.resolve("p.yaml"), PIPELINE);
    assertThat(run("run", "p.yaml", "--session-id", "s-1", "--json")).isEqualTo(3);
    assertThat(out()).startsWith("{\"session_id\":\"s-1\"").contains("\"status\":\"failed\"");
    assertThat(out().lines()).hasSize(1);
    assertThat(err()).contains("there is no worker in", "scripts/build");
    assertThat(folder.resolve(".osiris_sessions/s-1/status.json")).exists();
    assertThat(folder.resolve(".osiris_sessions/s-1/manifest.yaml")).exists();
  }

  @Test
  void connectionsDoctor_withoutAWorker_knowsNothing_andEndsAsARunDoes() throws Exception {
    Files.writeString(
        folder.resolve("osiris_connections.yaml"),
        """
        version: 1
        connections:
          postgres: {main: {host: localhost, database: d, user: u}}
          filesystem: {nowhere: {base_dir: ./nowhere}}
        """);
    assertThat(run("connections", "doctor", "@postgres.main")).isEqualTo(3);
    assertThat(out()).contains("@postgres.main: failed", "sandbox: there is no worker in");
    assertThat(run("connections", "doctor", "@filesystem.nowhere")).isEqualTo(1);
    assertThat(run("connections", "doctor")).isEqualTo(3);
  }

  @Test
  void run_ofAnExistingSession_isAUsageError() throws Exception {
    Files.writeString(folder.resolve("p.yaml"), PIPELINE);
    assertThat(run("run", "p.yaml", "--session-id", "s-1", "--quiet")).isEqualTo(3);
    assertThat(run("run", "p.yaml", "--session-id", "s-1", "--quiet")).isEqualTo(2);
    assertThat(err()).contains("session 's-1' exists already");
  }

  @Test
  void run_withTooLittleMemory_makesNoSession() throws Exception {
    Files.writeString(folder.resolve("p.yaml"), PIPELINE);
    assertThat(run("run", "p.yaml", "--memory", "100m")).isEqualTo(2);
    assertThat(err()).contains("--memory 100m is too little", "192m");
    assertThat(folder.resolve(".osiris_sessions")).doesNotExist();
  }

  @Test
  void validate_tellsTheFingerprint_orEveryProblem() throws Exception {
    Files.writeString(folder.resolve("good.yaml"), PIPELINE);
    Files.writeString(folder.resolve("bad.yaml"), PIPELINE.replace("query", "qery"));
    assertThat(run("validate", "good.yaml")).isZero();
    assertThat(out()).contains("good.yaml: valid, 1 steps, sha256:");
    assertThat(run("validate", "bad.yaml", "good.yaml")).isEqualTo(2);
    assertThat(err()).contains("bad.yaml:", "qery");
  }

  @Test
  void sessions_listAndShow_readTheDirectory() throws Exception {
    assertThat(run("sessions", "list")).isZero();
    assertThat(err()).contains("there are no sessions");
    Files.writeString(folder.resolve("p.yaml"), PIPELINE);
    run("run", "p.yaml", "--session-id", "s-1", "--quiet");
    out.reset();
    assertThat(run("sessions", "list")).isZero();
    assertThat(out()).contains("s-1", "tiny", "failed");
    assertThat(run("sessions", "show", "last")).isZero();
    assertThat(out()).contains("status     failed", "skipped");
    assertThat(run("sessions", "show", "nix")).isEqualTo(2);
    assertThat(err()).contains("there is no session 'nix'");
  }

  @Test
  void drivers_areListedAndShown() {
    assertThat(run("drivers", "list")).isZero();
    assertThat(out()).contains("duckdb.processor");
    assertThat(run("drivers", "show", "duckdb.processor")).isZero();
    assertThat(out()).contains("mode: transform", "query");
    assertThat(run("drivers", "show", "duckdb.procesor")).isEqualTo(2);
    assertThat(err()).contains("did you mean 'duckdb.processor'");
  }

  private int run(String... args) {
    HostEnvironment environment =
        new HostEnvironment(
            Map.of(),
            folder,
            folder.resolve("no-worker"),
            InstantSource.system(),
            System::nanoTime,
            code -> {});
    Console console = new Console(stream(out), stream(err), false, 100);
    return HostMain.execute(args, environment, console);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
