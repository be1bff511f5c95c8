package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.FileWait;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Killed workers, killed and interrupted hosts: a true outcome, a readable journal, nothing
 * half-made.
 */
@ExtendWith(LeakCheck.class)
class FaultIT {

  private static final String SESSION = "faulty";

  @TempDir Path folder;
  private Project project;

  @BeforeEach
  void newProject() {
    project = Project.in(folder);
  }

  /**
   * A step that succeeds, one that runs for as long as the parameter says, and a writer behind it.
   */
  private Path pipeline() {
    String query = Commands.endlessQuery().replace("3000000", "${params.size}");
    return project.file(
        "pipeline.yaml",
        """
        oml_version: "0.1.0"
        name: faulty
        params: {size: {default: 3000000}}
        steps:
          - {id: quick, component: duckdb.processor, needs: [], config: {query: SELECT 1 AS n}}
          - {id: slow, component: duckdb.processor, needs: [quick], config: {query: "%s"}}
          - {id: write, component: filesystem.csv_writer, needs: [slow], config: {path: out.csv}}
        """
            .formatted(query));
  }

  private List<String> arguments(String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--session-id", SESSION));
    return project.arguments(pipeline(), all.toArray(String[]::new));
  }

  private Path session() {
    return project.sessions().resolve(SESSION);
  }

  /** Until the worker says that the slow step runs. */
  private void awaitSlowStep() {
    FileWait.until(
        "the slow step runs",
        () ->
            Files.exists(session().resolve("logs/events.jsonl"))
                && journal().contains("\"step_started\":{\"step_id\":\"slow\""));
  }

  private String journal() {
    try {
      return Files.readString(session().resolve("logs/events.jsonl"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void nothingHalfMade() throws Exception {
    try (Stream<Path> data = Files.list(session().resolve("data"))) {
      assertThat(data).containsExactly(session().resolve("data/quick.duckdb"));
    }
    try (Stream<Path> files = Files.list(project.folder())) {
      assertThat(files).containsExactly(project.path("pipeline.yaml"));
    }
  }

  private void runsAgain() {
    new Cli()
        .run(project.arguments(pipeline(), "--param", "size=100", "--session-id", "again"))
        .succeeded();
    assertThat(project.read("out.csv")).isEqualTo("n\n0\n");
  }

  @Test
  void workerKilledAmidAStep_isReportedAsLost_andARunAfterItCompletes() throws Exception {
    // In the common pool: a host that waits for a thread of it would not hear of the kill.
    CompletableFuture<CliResult> run =
        CompletableFuture.supplyAsync(() -> new Cli().run(arguments()));
    awaitSlowStep();
    ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().commandLine().orElse("").contains("WorkerMain"))
        .forEach(ProcessHandle::destroyForcibly);
    CliResult result = run.get(60, TimeUnit.SECONDS);

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.status()).isEqualTo("failed");
    assertThat(result.step("quick").path("status").asText()).isEqualTo("succeeded");
    assertThat(result.step("slow").path("status").asText()).isEqualTo("failed");
    assertThat(result.failure("slow").path("code").asText()).isEqualTo("worker_lost");
    assertThat(result.step("write").path("status").asText()).isEqualTo("skipped");
    assertThat(result.stderr()).contains("slow", "worker_lost", "killed");
    assertThat(Json.read(session().resolve("status.json")).path("exit_code").asInt()).isEqualTo(3);
    assertThat(Json.lines(session().resolve("logs/events.jsonl"))).hasSizeGreaterThan(5);
    nothingHalfMade();
    runsAgain();
  }

  /**
   * Asks the kernel: Java looks after a process that is not its own child only every few tenths of
   * a second. A process that has ended and is not reaped yet has no command line.
   */
  private static boolean runs(ProcessHandle process) {
    try {
      return !Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")).isEmpty();
    } catch (IOException gone) {
      return false;
    }
  }

  @Test
  void workerOfAKilledHost_isGoneWithinAboutASecond() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("t"));
    List<ProcessHandle> workers;
    try (CliProcess host = CliProcess.start(temporary, arguments())) {
      awaitSlowStep();
      workers = host.children();
      assertThat(workers).isNotEmpty();
      long begin = System.nanoTime();
      host.signal("KILL");
      long limit = begin + TimeUnit.SECONDS.toNanos(20);
      while (workers.stream().anyMatch(FaultIT::runs) && System.nanoTime() < limit) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(2500));
      assertThat(host.await().exit()).isEqualTo(137);
    }
    assertThat(Json.lines(session().resolve("logs/events.jsonl"))).hasSizeGreaterThan(5);
    nothingHalfMade();
    CliResult listed =
        new Cli().run("sessions", "list", "--session-root", project.sessions().toString());
    assertThat(listed.exit()).isZero();
    assertThat(listed.stdout()).contains(SESSION, "dead");
  }

  @Test
  void interruptedHost_cancelsItsSteps_andSaysSo() throws Exception {
    stopped("INT", 130);
  }

  @Test
  void terminatedHost_cancelsItsSteps_andSaysSo() throws Exception {
    stopped("TERM", 143);
  }

  private void stopped(String signal, int exit) throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("t"));
    try (CliProcess host = CliProcess.start(temporary, arguments())) {
      awaitSlowStep();
      CliResult second = new Cli().run(arguments());
      assertThat(second.exit()).as("a session belongs to one host").isEqualTo(2);
      assertThat(second.stderr()).contains(SESSION, "in use");
      long begin = System.nanoTime();
      host.signal(signal);
      CliResult result = host.await();

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      assertThat(result.exit()).isEqualTo(exit);
      assertThat(result.status()).isEqualTo("cancelled");
      assertThat(result.step("quick").path("status").asText()).isEqualTo("succeeded");
      assertThat(result.step("slow").path("status").asText()).isEqualTo("cancelled");
      assertThat(result.step("write").path("status").asText()).isEqualTo("skipped");
      assertThat(result.stderr()).contains("cancelled");
    }
    JsonNode status = Json.read(session().resolve("status.json"));
    assertThat(status.path("status").asText()).isEqualTo("cancelled");
    assertThat(status.path("exit_code").asInt()).isEqualTo(exit);
    assertThat(journal()).contains("step_cancelled", "session_closed");
    nothingHalfMade();
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }
}
