package dev.osiris.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.host.config.HostConfig.Retention;
import dev.osiris.host.config.HostConfig.SandboxKind;
import dev.osiris.host.sandbox.TlsSettings;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.sandbox.docker.DockerSettings;
import dev.osiris.host.sandbox.remote.RemoteSettings;
import dev.osiris.unit.ByteSize;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostConfigLoaderTest {

  @TempDir private Path temporary;
  private Path project;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(temporary.toRealPath().resolve("project"));
  }

  @Test
  void defaults_holdWhereNothingIsSaid() {
    HostConfig config = load(Map.of(), Map.of());

    assertThat(config.sandbox())
        .isEqualTo(
            new HostConfig.Sandbox(
                SandboxKind.PROCESS,
                ByteSize.ofMiB(1024),
                null,
                DockerSettings.DEFAULT,
                List.of(),
                Duration.ofSeconds(30),
                null));
    assertThat(config.paths())
        .isEqualTo(
            new HostConfig.Paths(
                new Project(project),
                null,
                List.of(),
                List.of(),
                project.resolve(".osiris_sessions"),
                null));
    assertThat(config.run())
        .isEqualTo(
            new HostConfig.Run(
                null,
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                Retention.KEEP,
                null,
                ByteSize.parse("20g"),
                null,
                false));
    assertThat(config.console()).isEqualTo(new HostConfig.Console(false, false));
    assertThat(config.notes()).isEmpty();
  }

  @Test
  void value_comesFromFlagThenEnvironmentThenFile() throws IOException {
    write("memory: 1g\nlease: 10s\ncpus: 1\n");

    HostConfig config =
        load(
            Map.of("memory", List.of("3g")),
            Map.of("OSIRIS_MEMORY", "2g", "OSIRIS_LEASE", "20s", "OSIRIS_CPUS", ""));

    assertThat(config.sandbox().memory()).isEqualTo(ByteSize.parse("3g"));
    assertThat(config.sandbox().lease()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.sandbox().cpus()).isEqualTo(1.0);
  }

  @Test
  void file_setsEverything_relativeToItself() throws IOException {
    Path other = Files.createDirectories(project.resolve("other"));
    Files.createFile(project.resolve("c.yaml"));
    write(
        """
        sandbox: docker
        memory: 512m
        cpus: 1.5
        timeout: 2h
        params: {min: 3, word: text}
        profile: dev
        connections: c.yaml
        project: other
        allow_read: [in, /data/in]
        allow_write: out
        session_root: sessions
        jobs: 3
        parallel: 4
        retention: eager
        full_refresh: true
        image: osiris/worker:1
        network: databases
        pull: never
        no_mount: true
        transport: bridge
        env: [GIVEN]
        drivers: drivers
        lease: 1m
        worker: worker.example:7443
        token_file: token
        tls_ca: ca.crt
        tls_cert: c.crt
        tls_key: /keys/c.key
        quiet: true
        verbose: false
        """);
    Files.createDirectories(project.resolve("pipelines/deep"));

    HostConfig config =
        new HostConfigLoader(Map.of("GIVEN", "1"), temporary.toRealPath())
            .load(Map.of(), Path.of("project/pipelines/deep/p.yaml"));

    assertThat(config.sandbox())
        .isEqualTo(
            new HostConfig.Sandbox(
                SandboxKind.DOCKER,
                ByteSize.ofMiB(512),
                1.5,
                new DockerSettings(
                    "osiris/worker:1",
                    "databases",
                    DockerSettings.Pull.NEVER,
                    false,
                    DockerSettings.Transport.BRIDGE),
                List.of("GIVEN"),
                Duration.ofMinutes(1),
                new RemoteSettings(
                    new WorkerAddress.Tls(
                        "worker.example",
                        7443,
                        new TlsSettings(
                            project.resolve("ca.crt"),
                            new TlsSettings.ClientCertificate(
                                project.resolve("c.crt"), Path.of("/keys/c.key")),
                            null)),
                    project.resolve("token"))));
    assertThat(config.paths())
        .isEqualTo(
            new HostConfig.Paths(
                new Project(other),
                project.resolve("c.yaml"),
                List.of(project.resolve("in"), Path.of("/data/in")),
                List.of(project.resolve("out")),
                project.resolve("sessions"),
                project.resolve("drivers")));
    assertThat(config.run().timeout()).isEqualTo(Duration.ofHours(2));
    assertThat(config.run().projectParams().get("min").value()).isEqualTo(3L);
    assertThat(config.run().profile()).isEqualTo("dev");
    assertThat(config.run().jobs()).isEqualTo(3);
    assertThat(config.run().parallel()).isEqualTo(4);
    assertThat(config.run().retention()).isEqualTo(Retention.EAGER);
    assertThat(config.run().fullRefresh()).isTrue();
    assertThat(config.console()).isEqualTo(new HostConfig.Console(true, false));
  }

  @Test
  void remoteWorker_comesFromFlagsAndEnvironment() throws IOException {
    for (String file : List.of("token", "ca.crt")) {
      Files.writeString(project.resolve(file), "");
    }
    HostConfig config =
        load(
            Map.of("sandbox", List.of("remote"), "worker", List.of("[::1]:7443")),
            Map.of("OSIRIS_TOKEN_FILE", "token", "OSIRIS_TLS_CA", "ca.crt"));

    assertThat(config.sandbox().remote())
        .isEqualTo(
            new RemoteSettings(
                new WorkerAddress.Tls(
                    "[::1]", 7443, TlsSettings.trusting(project.resolve("ca.crt"))),
                project.resolve("token")));
  }

  @Test
  void remoteWorker_speaksPlaintext_whenItsAddressSaysSo() {
    HostConfig config =
        load(
            Map.of("worker", List.of("tcp:localhost:4000"), "token_file", List.of("token")),
            Map.of());

    assertThat(config.sandbox().remote())
        .isEqualTo(
            new RemoteSettings(new WorkerAddress.Tcp("localhost", 4000), project.resolve("token")));
  }

  @Test
  void remoteSandbox_needsTheFilesThatAreNamed() {
    assertThatThrownBy(() ->
            load(
                Map.of(
                    "sandbox", List.of("remote"),
                    "worker", List.of("localhost:7443"),
                    "token_file", List.of("no.token"),
                    "tls_ca", List.of("no.crt")),
                Map.of()))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining(
            "--token-file: there is no file '" + project.resolve("no.token") + "' that can be read")
        .hasMessageContaining("--tls-ca: there is no file '" + project.resolve("no.crt"));
  }

  @Test
  void remoteSandbox_needsWorkerAndToken_andWholePairs() {
    assertThatThrownBy(() -> load(Map.of("sandbox", List.of("remote")), Map.of()))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("--worker: is required with --sandbox remote, as HOST:PORT")
        .hasMessageContaining("--token-file: is required with --sandbox remote");
    assertThatThrownBy(() ->
            load(Map.of("worker", List.of("localhost"), "tls_key", List.of("c.key")), Map.of()))
        .hasMessageContaining("--worker: 'localhost' is not HOST:PORT, such as localhost:7443")
        .hasMessageContaining("--tls-cert: is required, too");
    assertThatThrownBy(() ->
            load(
                Map.of("worker", List.of("tcp:localhost:1"), "tls_ca", List.of("ca.crt")),
                Map.of()))
        .hasMessageContaining("is an address without TLS");
    assertThatThrownBy(() -> load(Map.of("worker", List.of("worker:70000")), Map.of()))
        .hasMessageContaining("--worker: port 70000 is not between 1 and 65535");
  }

  @Test
  void limits_areLiftedByTheirWords() throws IOException {
    write("timeout: 5m\ncpus: 2\n");

    HostConfig config = load(Map.of("timeout", List.of("none"), "cpus", List.of("all")), Map.of());

    assertThat(config.run().timeout()).isNull();
    assertThat(config.sandbox().cpus()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"same,512m", "2x,1g", "1.5x,768m", "3g,3g"})
  void retryMemory_isSaidInAnyOfItsForms(String said, String meant) throws IOException {
    write("memory: 512m\nretry_memory: " + said + "\n");

    assertThat(load(Map.of(), Map.of()).run().retryMemory()).isEqualTo(ByteSize.parse(meant));
    assertThat(load(Map.of("retry_memory", List.of("none")), Map.of()).run().retryMemory())
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"256m", "0.5x", "much"})
  void retryMemory_isNeverLess(String said) {
    assertThatThrownBy(
            () -> load(Map.of("memory", List.of("512m"), "retry_memory", List.of(said)), Map.of()))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("retry");
  }

  @Test
  void lists_comeFromRepeatedFlagsAndSeparatedVariables() {
    HostConfig config =
        load(
            Map.of("allow_read", List.of("a", "/b"), "params", List.of("x=1", "y=a=b", "z=")),
            Map.of("OSIRIS_ALLOW_WRITE", "c" + File.pathSeparator + "/d"));

    assertThat(config.paths().allowRead()).containsExactly(project.resolve("a"), Path.of("/b"));
    assertThat(config.paths().allowWrite()).containsExactly(project.resolve("c"), Path.of("/d"));
    assertThat(config.run().params()).isEqualTo(Map.of("x", "1", "y", "a=b", "z", ""));
  }

  @Test
  void project_isTheNearestFolderUpwards() throws IOException {
    Path inner = Files.createDirectories(project.resolve("inner/pipelines"));
    Path pipeline = inner.resolve("p.yaml");
    HostConfigLoader loader = new HostConfigLoader(Map.of(), project);

    assertThat(loader.load(Map.of(), pipeline).paths().project().folder()).isEqualTo(inner);
    write("");
    assertThat(loader.load(Map.of(), pipeline).paths().project().folder()).isEqualTo(project);
    Path connections = Files.createFile(project.resolve("inner/osiris_connections.yaml"));
    assertThat(loader.load(Map.of(), pipeline).paths().project().folder())
        .isEqualTo(project.resolve("inner"));
    assertThat(loader.load(Map.of("project", List.of(".")), pipeline).paths().project().folder())
        .isEqualTo(project);
    assertThat(loader.load(Map.of(), pipeline).paths().connections()).isEqualTo(connections);
  }

  @Test
  void predecessorsKeys_areNoted() throws IOException {
    write(
        "version: \"2.0\"\nfilesystem: {base_path: x}\nids: {}\nlogging: {}\nvalidate: {}\naiop: {}\n");

    assertThat(load(Map.of(), Map.of()).notes())
        .hasSize(6)
        .contains(
            project.resolve("osiris.yaml")
                + ":2: 'filesystem' is a setting of older versions and has no effect");
  }

  @Test
  void problems_areReportedAtOnce() throws IOException {
    write(
        """
        sandbox: dokcer
        memroy: 1g
        parallel: 0
        quiet: perhaps
        params: [1]
        allow_read: [{a: b}]
        lease: [1s]
        """);

    SettingException refused =
        catchThrowableOfType(
            SettingException.class,
            () ->
                load(
                    Map.of("memory", List.of("lots"), "params", List.of("novalue")),
                    Map.of(
                        "OSIRIS_CPUS",
                        "0",
                        "OSIRIS_TIMEOUT",
                        "0s",
                        "OSIRIS_CONNECTIONS",
                        "no.yaml")));

    String file = project.resolve("osiris.yaml").toString();
    assertThat(refused.problems().stream().map(SettingProblem::toString))
        .containsExactlyInAnyOrder(
            file + ":2:1: key 'memroy' is not known; did you mean 'memory'?",
            file + ":5:1: 'params' must be a map, and is a list",
            file
                + ":1:1: 'sandbox': must be one of process, docker, remote; did you mean 'docker'?",
            "--memory: 'lots' is not a size; write a number with k, m or g, such as 256m or 2g",
            "OSIRIS_CPUS: must be more than 0 and at most 4096",
            file + ":7:1: 'lease' must be a text, and is a list",
            "connections: '" + project.resolve("no.yaml") + "' is not a file that exists",
            file + ":6:14: 'allow_read' must hold single values, and this is a map",
            "OSIRIS_TIMEOUT: must be longer than nothing",
            "--param: must be written as name=value",
            file + ":3:1: 'parallel': must be a whole number from 1 to 9999",
            file + ":4:1: 'quiet': must be true or false");
  }

  @Test
  void file_isRefused_whenItIsNoMap_orNoYaml() throws IOException {
    write("- memory\n");
    assertThatThrownBy(() -> load(Map.of(), Map.of()))
        .hasMessage(project.resolve("osiris.yaml") + ":1:1: must be a map of settings");
    write("memory: [\n");
    assertThatThrownBy(() -> load(Map.of(), Map.of()))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("is not valid YAML");
  }

  @Test
  void projectFolder_isAProblem_whenItDoesNotExist() {
    assertThatThrownBy(() -> load(Map.of("project", List.of("nowhere")), Map.of()))
        .isInstanceOf(SettingException.class)
        .hasMessage("project: '" + project.resolve("nowhere") + "' is not a folder that exists");
  }

  @Test
  void flagThatIsNoSetting_isADefect() {
    assertThatThrownBy(() -> load(Map.of("memroy", List.of("1g")), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private HostConfig load(Map<String, List<String>> flags, Map<String, String> environment) {
    return new HostConfigLoader(environment, project).load(flags, null);
  }

  private void write(String text) throws IOException {
    Files.writeString(project.resolve("osiris.yaml"), text);
  }
}
