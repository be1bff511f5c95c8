package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.Installation;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.Keys;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Command;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The wire in another language: Python's stock {@code grpcio} and {@code protobuf}, and messages
 * generated here from {@code proto/} by the protoc that belongs to Debian's protobuf.
 */
@ExtendWith(LeakCheck.class)
class PythonClientIT {

  private static final String PYTHON = "/usr/bin/python3";

  @TempDir static Path folder;
  private static Path messages;

  @BeforeAll
  static void generateMessages() throws Exception {
    CliResult modules =
        Files.isExecutable(Path.of(PYTHON))
            ? Command.run(folder, Map.of(), List.of(PYTHON, "-c", "import grpc, google.protobuf"))
            : new CliResult(127, "", "there is no " + PYTHON);
    assumeThat(modules.exit()).as("python3 with grpcio and protobuf: " + modules.stderr()).isZero();
    Path protoc = Path.of(System.getProperty("osiris.protoc"));
    assumeThat(protoc.toFile().setExecutable(true)).as("protoc 3.21.12 for this machine").isTrue();
    messages = Files.createDirectory(folder.resolve("messages"));
    Path include = wellKnownTypes(folder.resolve("include"));
    Path source = Installation.repository().resolve("proto/src/main/proto");
    List<String> line =
        new ArrayList<>(
            List.of(protoc.toString(), "-I" + source, "-I" + include, "--python_out=" + messages));
    try (Stream<Path> files = Files.list(source.resolve("osiris/proxy/v1"))) {
      files.map(Path::toString).filter(name -> name.endsWith(".proto")).sorted().forEach(line::add);
    }
    CliResult generated = Command.run(folder, Map.of(), line);
    assertThat(generated.exit()).as(generated.stderr()).isZero();
    Files.writeString(folder.resolve("people.csv"), "name,age\nÅsa,41\nBo,7\n\"Čeněk, Jr.\",18\n");
  }

  @Test
  void stockPython_drivesASession_overLoopback() throws Exception {
    try (WorkerProcess worker = WorkerProcess.below(folder.resolve("tcp")).tcp().start()) {
      drive(worker);
    }
  }

  @Test
  void stockPython_drivesASession_overAUnixSocket() throws Exception {
    try (WorkerProcess worker = WorkerProcess.below(folder.resolve("unix")).start()) {
      drive(worker);
    }
  }

  @Test
  void stockPython_drivesASession_overMutualTls() throws Exception {
    String missing = Keys.missing().orElse("");
    assumeThat(missing).as(missing).isEmpty();
    Keys keys = Keys.in(folder.resolve("keys"));
    try (WorkerProcess worker =
        WorkerProcess.below(folder.resolve("tls"))
            .tcp()
            .with("--tls-cert", keys.path("server.crt"), "--tls-key", keys.path("server.key"))
            .with("--tls-client-ca", keys.path("ca.crt"))
            .start()) {
      drive(worker, keys.path("ca.crt"), keys.path("client.key"), keys.path("client.crt"));
    }
  }

  private static void drive(WorkerProcess worker, String... tls) throws URISyntaxException {
    Path script =
        Path.of(
            Objects.requireNonNull(PythonClientIT.class.getResource("/python/client.py")).toURI());
    CliResult result =
        Command.run(
            folder,
            Map.of(
                "PYTHONPATH",
                messages.toString(),
                "PYTHONDONTWRITEBYTECODE",
                "1",
                "LC_ALL",
                "C.UTF-8"),
            Stream.concat(
                    Stream.of(
                        PYTHON,
                        script.toString(),
                        worker.address(),
                        worker.token(),
                        "python",
                        folder.toString()),
                    Stream.of(tls))
                .toList());

    assertThat(result.exit()).as(result.stderr()).isZero();
    JsonNode said = result.json();
    assertThat(said.path("session").asText()).isEqualTo("python");
    assertThat(said.path("components").toString())
        .contains("duckdb.processor", "filesystem.csv_writer");
    assertThat(said.path("extracted").asLong()).isEqualTo(3);
    assertThat(said.path("path").asText()).isEqualTo("data/adults.duckdb");
    assertThat(worker.sessionDir("python").resolve("data/adults.duckdb")).isRegularFile();
    assertThat(said.path("columns"))
        .isEqualTo(Json.parse("[[\"name\",\"VARCHAR\"],[\"age\",\"BIGINT\"]]"));
    assertThat(said.path("rows"))
        .isEqualTo(Json.parse("[[\"Åsa\",\"41\"],[\"Čeněk, Jr.\",\"18\"]]"));
    assertThat(said.path("closed").asText()).isEqualTo("clean up");
    assertThat(said.path("status").asText()).isEqualTo("OK");
    List<Long> sequences =
        StreamSupport.stream(said.path("sequences").spliterator(), false)
            .map(JsonNode::asLong)
            .toList();
    assertThat(sequences)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, sequences.size()).boxed().toList());
  }

  /** protoc comes without them; the Java library carries them. */
  private static Path wellKnownTypes(Path include) throws Exception {
    for (String name : List.of("duration", "timestamp")) {
      Path file = include.resolve("google/protobuf/" + name + ".proto");
      Files.createDirectories(file.getParent());
      try (InputStream in =
          Objects.requireNonNull(
              com.google.protobuf.Message.class.getResourceAsStream(
                  "/google/protobuf/" + name + ".proto"))) {
        Files.copy(in, file);
      }
    }
    return include;
  }
}
