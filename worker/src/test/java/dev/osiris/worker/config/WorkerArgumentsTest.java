package dev.osiris.worker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerArgumentsTest {

  // More than the heap of any JVM that runs tests.
  private static final String ROOM = "1024g";

  private static WorkerConfig parse(String... arguments) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("--session-root", "/sessions", "--token-stdin", "--memory", ROOM));
    all.addAll(List.of(arguments));
    InputStream stdin =
        new ByteArrayInputStream("0123456789abcdef\n".getBytes(StandardCharsets.US_ASCII));
    return WorkerArguments.parse(all.toArray(String[]::new), stdin);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp:0.0.0.0:7443", "tcp:[::]:7443", "tcp:192.0.2.1:7443"})
  void plaintext_isRefused_whereOthersCanListen(String address) {
    assertThatThrownBy(() -> parse("--listen", address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(address + " can be reached from other machines")
        .hasMessageContaining("--tls-cert")
        .hasMessageContaining("tcp:127.0.0.1:7443");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tcp:127.0.0.1:0", "tcp:[::1]:0", "tcp:localhost:0", "unix:/run/osiris/w.sock"})
  void plaintext_isServed_whereNobodyElseCanListen(String address) throws IOException {
    assertThat(parse("--listen", address).tls()).isNull();
  }

  @Test
  void tls_isServedAnywhere() throws IOException {
    WorkerConfig config =
        parse("--listen", "tcp:0.0.0.0:7443", "--tls-cert", "/c.crt", "--tls-key", "/c.key");

    assertThat(config.tls()).isEqualTo(new TlsFiles(Path.of("/c.crt"), Path.of("/c.key"), null));
  }

  @Test
  void clientCertificates_areRequired_whenTheirAuthorityIsGiven() throws IOException {
    WorkerConfig config =
        parse(
            "--listen",
            "tcp:127.0.0.1:0",
            "--tls-cert",
            "/c.crt",
            "--tls-key",
            "/c.key",
            "--tls-client-ca",
            "/ca.crt");

    assertThat(config.tls())
        .isEqualTo(new TlsFiles(Path.of("/c.crt"), Path.of("/c.key"), Path.of("/ca.crt")));
  }

  @Test
  void tls_needsCertificateAndKey() {
    assertThatThrownBy(() -> parse("--listen", "tcp:127.0.0.1:0", "--tls-cert", "/c.crt"))
        .hasMessage("--tls-key is required");
    assertThatThrownBy(() -> parse("--listen", "tcp:127.0.0.1:0", "--tls-key", "/c.key"))
        .hasMessage("--tls-cert is required");
    assertThatThrownBy(() -> parse("--listen", "tcp:127.0.0.1:0", "--tls-client-ca", "/ca.crt"))
        .hasMessage("--tls-cert is required");
  }

  @Test
  void tls_isNotForUnixSockets() {
    assertThatThrownBy(() ->
            parse("--listen", "unix:/run/w.sock", "--tls-cert", "/c.crt", "--tls-key", "/c.key"))
        .hasMessageContaining("TLS is for tcp addresses");
  }

  @Test
  void tokenFile_isRemoved_unlessTheWorkerStays(@TempDir Path folder) throws IOException {
    Path token = folder.resolve("token");
    for (String stay : List.of("--stay", "")) {
      Files.writeString(token, "0123456789abcdef\n");
      List<String> arguments =
          new ArrayList<>(List.of("--listen", "tcp:127.0.0.1:0", "--session-root", "/sessions"));
      arguments.addAll(List.of("--token-file", token.toString(), "--memory", ROOM));
      if (!stay.isEmpty()) {
        arguments.add(stay);
      }
      WorkerConfig config =
          WorkerArguments.parse(arguments.toArray(String[]::new), InputStream.nullInputStream());

      assertThat(config.stay()).isEqualTo(!stay.isEmpty());
      assertThat(config.token().reveal()).isEqualTo("0123456789abcdef");
      assertThat(Files.exists(token)).isEqualTo(config.stay());
    }
    assertThatThrownBy(() ->
            WorkerArguments.parse(
                new String[] {
                  "--listen", "tcp:127.0.0.1:0", "--session-root", "/s", "--token-file", "" + token
                },
                InputStream.nullInputStream()))
        .hasMessage("--token-file: there is no file " + token + " to be read");
  }

  @Test
  void host_thatDoesNotExist_isNamed() {
    assertThatThrownBy(() -> parse("--listen", "tcp:no-such-host.invalid:0"))
        .hasMessage("there is no host 'no-such-host.invalid' to listen at");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "two", "-1", "1.5"})
  void processors_areAWholeNumber(String cpus) {
    assertThatThrownBy(() -> parse("--listen", "tcp:127.0.0.1:0", "--cpus", cpus))
        .hasMessage("--cpus: '" + cpus + "' is no number of processors");
  }

  @Test
  void port_beyondTheLast_isRefused() {
    assertThatThrownBy(() -> parse("--listen", "tcp:127.0.0.1:65536"))
        .hasMessageContaining("ports end at 65535");
  }
}
