package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Docker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The built image by itself, as any orchestrator would start it. */
@Timeout(90)
class ImageIT {
  private static final long LIMIT_BYTES = 190_000_000;

  @BeforeAll
  static void needsDocker() {
    Docker.missing().ifPresent(why -> Assumptions.abort("NOT RUN: " + why));
  }

  @Test
  void image_addsLittleToItsBase() throws Exception {
    String base = inspect("{{index .Config.Labels \"org.opencontainers.image.base.name\"}}");
    long over =
        Long.parseLong(inspect("{{.Size}}"))
            - Long.parseLong(docker("image", "inspect", "--format", "{{.Size}}", base));
    assertThat(over).as("bytes over " + base).isBetween(1L, LIMIT_BYTES);
    assertThat(inspect("{{.Config.User}}")).isEqualTo("65532:65532");
  }

  @ParameterizedTest
  @ValueSource(strings = {"64m", "512m"})
  void aotCache_isUsed_withSmallAndLargeHeaps(String heap) throws Exception {
    // In this mode a JVM that cannot use its cache does not start.
    String usage =
        docker(
            "run",
            "--rm",
            "--read-only",
            "--env",
            "OSIRIS_HEAP=" + heap,
            "--env",
            "JDK_JAVA_OPTIONS=-XX:AOTMode=on",
            Docker.image(),
            "--help");
    assertThat(usage).contains("usage: worker");
  }

  @Test
  void health_isTheAgeOfAFile_healthyWhileItServes_unhealthyWhenItHangs() throws Exception {
    String name = "osiris-health-" + UUID.randomUUID();
    Process worker =
        new ProcessBuilder(
                "docker",
                "run",
                "--rm",
                "--interactive",
                "--name",
                name,
                "--read-only",
                "--tmpfs",
                "/tmp",
                "--health-interval",
                "1s",
                "--health-retries",
                "1",
                Docker.image(),
                "--listen",
                "tcp:127.0.0.1:0",
                "--session-root",
                "/tmp/sessions",
                "--memory",
                "512m",
                "--token-stdin")
            .redirectErrorStream(true)
            .start();
    try (HealthEvents events = new HealthEvents(name)) {
      worker.getOutputStream().write("0123456789abcdef\n".getBytes(StandardCharsets.US_ASCII));
      worker.getOutputStream().flush();
      events.healthy.get(30, TimeUnit.SECONDS);

      docker("kill", "--signal", "STOP", name);
      events.unhealthy.get(30, TimeUnit.SECONDS);
    } finally {
      docker("rm", "--force", name);
      worker.destroy();
    }
  }

  /** What the engine tells of a container's health, as it tells it. */
  private static final class HealthEvents implements AutoCloseable {
    private final CompletableFuture<Void> healthy = new CompletableFuture<>();
    private final CompletableFuture<Void> unhealthy = new CompletableFuture<>();
    private final Process events;

    HealthEvents(String container) throws IOException {
      this.events =
          new ProcessBuilder(
                  "docker",
                  "events",
                  "--since",
                  "1m",
                  "--filter",
                  "container=" + container,
                  "--filter",
                  "event=health_status",
                  "--format",
                  "{{.Action}}")
              .start();
      Thread.ofVirtual().start(this::read);
    }

    private void read() {
      try (BufferedReader lines = events.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.endsWith("unhealthy")) {
            unhealthy.complete(null);
          } else if (line.endsWith("healthy")) {
            healthy.complete(null);
          }
        }
      } catch (IOException ended) {
        healthy.completeExceptionally(ended);
        unhealthy.completeExceptionally(ended);
      }
    }

    @Override
    public void close() {
      events.destroy();
    }
  }

  private static String inspect(String format) throws Exception {
    return docker("image", "inspect", "--format", format, Docker.image());
  }

  private static String docker(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(command + ": " + errors).isZero();
    return text.strip();
  }
}
