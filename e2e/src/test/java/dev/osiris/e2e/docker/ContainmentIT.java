package dev.osiris.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.Docker;
import dev.osiris.e2e.harness.DriverJar;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A driver in a container that wants out: everything it tries fails, and its step goes on. */
@ExtendWith(LeakCheck.class)
class ContainmentIT {
  @TempDir Path folder;

  @Test
  void driverInAContainer_staysInIt_andSeesItsLimits() throws Exception {
    String missing = Docker.missing().orElse("");
    assumeTrue(missing.isEmpty(), missing);
    Path secret = Files.writeString(folder.resolve("secret"), "not granted");
    Project project = Project.in(folder);
    CliResult result;
    try (ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path pipeline =
          project.pipeline(
              """
              - id: escape
                component: e2e.escaping
                mode: transform
                needs: []
                config: {secret_file: "%s", host_port: %d}
              """
                  .formatted(secret, host.getLocalPort()));
      result =
          new Cli()
              .with("GIVEN", "passed")
              .run(
                  project.arguments(
                      pipeline,
                      "--sandbox",
                      "docker",
                      "--image",
                      Docker.image(),
                      "--drivers",
                      DriverJar.escaping(folder).toString(),
                      "--network",
                      "none",
                      "--cpus",
                      "0.5",
                      "--env",
                      "GIVEN"))
              .succeeded();
    }
    assertThat(events(result, "attempt", "outcome"))
        .hasSize(10)
        .allSatisfy((name, outcome) -> assertThat(outcome).as(name).doesNotStartWith("SUCCEEDED"));
    assertThat(secret).hasContent("not granted");

    // Real, effective, saved and of the file system.
    String user =
        ((Integer) Files.getAttribute(secret, "unix:uid")).equals(0) ? "65532" : "[1-9]\\d*";
    assertThat(events(result, "observed", "value"))
        .hasEntrySatisfying("Uid", ids -> assertThat(ids).matches(user + "(\t" + user + "){3}"))
        .hasEntrySatisfying("Gid", ids -> assertThat(ids).doesNotContainPattern("\\b0\\b"))
        .containsEntry("memory", Long.toString(512L << 20))
        .containsEntry("cpu quota", "50000")
        .containsEntry("processors", "1")
        .containsEntry("variable", "passed")
        .containsEntry("interfaces", "[lo]")
        .containsEntry("CapEff", "0000000000000000")
        .containsEntry("CapBnd", "0000000000000000")
        .containsEntry("NoNewPrivs", "1")
        .containsEntry("Seccomp", "2");
  }

  /** Driver events of a type, by their name. */
  private static Map<String, String> events(CliResult result, String type, String value) {
    Map<String, String> found = new TreeMap<>();
    for (JsonNode line : Json.lines(result.sessionDir().resolve("logs/events.jsonl"))) {
      JsonNode event = line.path("driver_reported");
      if (event.path("name").asText().equals(type)) {
        found.put(
            event.path("attributes").path("name").asText(),
            event.path("attributes").path(value).asText());
      }
    }
    return found;
  }
}
