package dev.osiris.host.sandbox.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.TlsSettings;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong before a connection is there; the rest is in RemoteIT of e2e. */
class RemoteSandboxProviderTest {

  @TempDir private Path folder;
  private Path token;

  @BeforeEach
  void writeToken() throws IOException {
    token = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
  }

  private Failure start(WorkerAddress worker, Path tokenFile) {
    SandboxSpec spec =
        new SandboxSpec(
            new SessionId("s"),
            folder,
            ByteSize.ofMiB(256),
            1,
            List.of(),
            null,
            Map.of(),
            folder.resolve("worker.log"),
            folder,
            Duration.ofMillis(400));
    return catchThrowableOfType(
            SandboxException.class,
            () -> new RemoteSandboxProvider(new RemoteSettings(worker, tokenFile)).start(spec))
        .failure();
  }

  private Failure startTls(TlsSettings settings) {
    return start(new WorkerAddress.Tls("localhost", 1, settings), token);
  }

  @Test
  void token_thatIsMissingOrNone_isNamed() throws IOException {
    Path missing = folder.resolve("missing");
    WorkerAddress worker = new WorkerAddress.Tcp("localhost", 1);

    assertThat(start(worker, missing).message()).contains("no token in '" + missing + "'");
    Path wrong = Files.writeString(folder.resolve("wrong"), "short");
    Failure failure = start(worker, wrong);
    assertThat(failure.code()).isEqualTo(FailureCode.CONFIG_INVALID);
    assertThat(failure.message()).isEqualTo("'" + wrong + "' holds no token");
    Files.writeString(wrong, "0123456789abcdef\nand more");
    assertThat(start(worker, wrong).message()).isEqualTo("'" + wrong + "' holds no token");
  }

  @Test
  void tlsFile_thatCannotBeUsed_isNamed() throws IOException {
    Path missing = folder.resolve("missing");
    assertThat(startTls(TlsSettings.trusting(missing)).message())
        .isEqualTo("there is no file '" + missing + "' that can be read");
    assertThat(startTls(TlsSettings.trusting(token)).message())
        .isEqualTo("'" + token + "' holds no PEM certificate");
    TlsSettings.ClientCertificate client = new TlsSettings.ClientCertificate(token, token);
    Failure failure = startTls(new TlsSettings(null, client, null));
    assertThat(failure.code()).isEqualTo(FailureCode.CONFIG_INVALID);
    assertThat(failure.message()).contains("BEGIN PRIVATE KEY");
    assertThat(failure.advice()).contains("--tls-cert");
  }

  @Test
  void plaintext_isRefused_toAnotherMachine() {
    Failure failure = start(new WorkerAddress.Tcp("192.0.2.1", 7443), token);

    assertThat(failure.message()).isEqualTo("tcp:192.0.2.1:7443 is another machine, and needs TLS");
  }

  @Test
  void silence_isBounded() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      WorkerAddress worker =
          new WorkerAddress.Tls(
              "localhost", silent.getLocalPort(), new TlsSettings(null, null, null));

      Failure failure = start(worker, token);

      assertThat(failure.code()).isEqualTo(FailureCode.SANDBOX_UNAVAILABLE);
      assertThat(failure.message()).isEqualTo(worker + " did not answer within 400ms");
    }
  }
}
