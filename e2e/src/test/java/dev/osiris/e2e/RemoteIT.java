package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.osiris.e2e.harness.Keys;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.wire.RawSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code run --sandbox remote} against workers that run already, with TLS and without. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteIT {

  private static final String STEPS =
      """
      - {id: numbers, component: duckdb.processor, needs: [], config: {query: "SELECT range AS n FROM range(1000)"}}
      - {id: even, component: duckdb.processor, config: {query: "SELECT n FROM numbers WHERE n % 2 = 0"}}
      """;

  @TempDir private static Path folder;
  private Keys keys;
  private Keys others;
  private WorkerProcess worker;
  private WorkerProcess plain;
  private WorkerProcess outdated;

  @BeforeAll
  void startWorkers() throws IOException {
    String missing = Keys.missing().orElse("");
    assumeThat(missing).as(missing).isEmpty();
    keys = Keys.in(folder.resolve("keys"));
    others = Keys.in(folder.resolve("others"));
    worker =
        start(
            "mtls",
            // Also under names that its certificate does not hold.
            "--listen",
            "tcp:0.0.0.0:0",
            "--tls-cert",
            keys.path("server.crt"),
            "--tls-key",
            keys.path("server.key"),
            "--tls-client-ca",
            keys.path("ca.crt"));
    plain = start("plain");
    outdated =
        start(
            "outdated",
            "--tls-cert",
            keys.expired().toString(),
            "--tls-key",
            keys.path("server.key"));
  }

  private WorkerProcess start(String name, String... more) throws IOException {
    WorkerProcess started =
        WorkerProcess.below(folder.resolve(name))
            .tcp()
            .memory("256m")
            .with("--stay")
            .with(more)
            .start();
    Files.writeString(tokenOf(started), started.token() + "\n");
    return started;
  }

  @AfterAll
  void stopWorkers() {
    Stream.of(worker, plain, outdated)
        .filter(started -> started != null)
        .forEach(WorkerProcess::close);
  }

  private static Path tokenOf(WorkerProcess started) {
    return started.sessionRoot().resolveSibling(started.sessionRoot().getFileName() + ".token");
  }

  private static String port(WorkerProcess started) {
    return started.address().substring(started.address().lastIndexOf(':') + 1);
  }

  private CliResult run(WorkerProcess at, String address, String... options) {
    List<String> all =
        new ArrayList<>(List.of("--sandbox", "remote", "--worker", address, "--memory", "256m"));
    all.addAll(List.of(options));
    if (!all.contains("--token-file")) {
      all.addAll(List.of("--token-file", tokenOf(at).toString()));
    }
    return Project.in(folder).run(STEPS, all.toArray(String[]::new));
  }

  private String[] mutualTls() {
    return new String[] {
      "--tls-ca", keys.path("ca.crt"),
      "--tls-cert", keys.path("client.crt"),
      "--tls-key", keys.path("client.key")
    };
  }

  @Test
  void pipelines_runOneAfterTheOther_overMutualTls() {
    for (int time = 0; time < 3; time++) {
      CliResult result = run(worker, "localhost:" + port(worker), mutualTls()).succeeded();

      assertThat(result.json().path("sandbox").asText()).isEqualTo("remote");
      assertThat(result.step("even").path("outputs").path("rows").asLong()).isEqualTo(500);
      assertThat(worker.alive()).isTrue();
    }
  }

  @Test
  void files_goUpAndResultsComeBack_overMutualTls() {
    Project project = Project.in(folder);
    project.file("in.csv", "name,age\nÅsa,41\nBo,7\n");
    List<String> options =
        new ArrayList<>(List.of("--sandbox", "remote", "--worker", "localhost:" + port(worker)));
    options.addAll(List.of("--token-file", tokenOf(worker).toString()));
    options.addAll(List.of(mutualTls()));

    CliResult result =
        project
            .run(
                """
                - {id: people, component: filesystem.csv_extractor, config: {path: in.csv}}
                - {id: adults, component: duckdb.processor, config: {query: "SELECT * FROM people WHERE age > 17"}}
                - {id: write, component: filesystem.csv_writer, config: {path: out.csv}}
                """,
                options.toArray(String[]::new))
            .succeeded();

    assertThat(project.read("out.csv")).isEqualTo("age,name\n41,Åsa\n");
    assertThat(result.sessionDir().resolve("data/adults.duckdb")).isRegularFile();
  }

  @Test
  void run_speaksPlaintext_toThisMachine() {
    run(plain, "tcp:localhost:" + port(plain)).succeeded();
  }

  @Test
  void secondSession_isToldThatTheWorkerIsBusy() {
    try (RawSession session = RawSession.open(plain, "first", folder)) {
      CliResult result = run(plain, plain.address());

      assertThat(result.exit()).isEqualTo(3);
      assertThat(result.stderr())
          .contains("sandbox_unavailable", "the worker is busy: session 'first' is open")
          .contains("use another worker");
      assertThat(session.stream().ended()).isFalse();
    }
    run(plain, plain.address()).succeeded();
  }

  @Test
  void token_isRefused_whenItIsAnothers() throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong.token"), "0123456789abcdef0123\n");

    CliResult result = run(plain, plain.address(), "--token-file", wrong.toString());

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.stderr())
        .contains("sandbox_unavailable", "the worker does not accept the token", "--token-file");
  }

  Stream<Arguments> wrongWays() {
    String tls = port(worker);
    return Stream.of(
            wrongWay("authority", worker, "localhost:" + tls, "is not signed by an authority of")
                .with("--tls-ca", others.path("ca.crt"))
                .with("--tls-cert", keys.path("client.crt"), "--tls-key", keys.path("client.key")),
            wrongWay(
                "no authority",
                worker,
                "localhost:" + tls,
                "not signed by an authority that Java trusts"),
            wrongWay("name", worker, "127.0.0.2:" + tls, "is for other names than this host")
                .with("--tls-ca", keys.path("ca.crt")),
            wrongWay(
                    "expired",
                    outdated,
                    "localhost:" + port(outdated),
                    "is not valid at this time, but from")
                .with("--tls-ca", keys.path("ca.crt")),
            wrongWay(
                    "no client certificate",
                    worker,
                    "localhost:" + tls,
                    "it may require a client certificate")
                .with("--tls-ca", keys.path("ca.crt")),
            wrongWay(
                    "client of another authority",
                    worker,
                    "localhost:" + tls,
                    "broke off the TLS connection")
                .with("--tls-ca", keys.path("ca.crt"))
                .with(
                    "--tls-cert",
                    others.path("client.crt"),
                    "--tls-key",
                    others.path("client.key")),
            wrongWay("TLS to plaintext", plain, "localhost:" + port(plain), "does not speak TLS")
                .with("--tls-ca", keys.path("ca.crt")),
            wrongWay(
                "plaintext to TLS",
                worker,
                "tcp:localhost:" + tls,
                "It may speak TLS only: write --worker localhost:" + tls),
            wrongWay("nobody", worker, "localhost:1", "nobody listens at tls:localhost:1"),
            wrongWay(
                "no host",
                worker,
                "no-such-host.invalid:7443",
                "the host of tls:no-such-host.invalid:7443 has no address"))
        .map(way -> Arguments.of(way));
  }

  @Test
  void fileThatIsMissing_isAMistakeOfTheCommand() {
    Path missing = folder.resolve("missing");

    CliResult token = run(plain, plain.address(), "--token-file", missing.toString());
    CliResult authority = run(worker, "localhost:" + port(worker), "--tls-ca", missing.toString());

    assertThat(List.of(token.exit(), authority.exit())).containsOnly(2);
    assertThat(token.stderr()).contains("--token-file: there is no file '" + missing + "'");
    assertThat(authority.stderr()).contains("--tls-ca: there is no file '" + missing + "'");
  }

  private static WrongWay wrongWay(String name, WorkerProcess at, String address, String says) {
    return new WrongWay(name, at, address, says, List.of());
  }

  record WrongWay(
      String name, WorkerProcess at, String address, String says, List<String> options) {
    WrongWay with(String... more) {
      List<String> all = new ArrayList<>(options);
      all.addAll(List.of(more));
      return new WrongWay(name, at, address, says, all);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("wrongWays")
  void connection_isRefused_withWhatToDo(WrongWay way) {
    CliResult result = run(way.at(), way.address(), way.options().toArray(String[]::new));

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.json().path("status").asText()).isEqualTo("failed");
    assertThat(result.stderr()).contains("sandbox_unavailable", way.says());
    assertThat(result.stderr()).doesNotContain("Exception").doesNotContain("\tat ");
  }

  @Test
  void handshakes_thatFail_leaveTheWorkerAlive_andQuiet() {
    run(worker, "localhost:" + port(worker), "--tls-ca", others.path("ca.crt"));
    run(worker, "tcp:localhost:" + port(worker));

    run(worker, "localhost:" + port(worker), mutualTls()).succeeded();
    assertThat(worker.output()).hasSize(1);
  }
}
