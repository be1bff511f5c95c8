package dev.osiris.worker.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.worker.config.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The good case is in RemoteIT of e2e, over a real connection. */
class ServerTlsTest {

  @TempDir private Path folder;

  @Test
  void file_thatIsMissing_isNamedWithItsOption() throws IOException {
    Path there = Files.writeString(folder.resolve("there"), "x");
    Path missing = folder.resolve("missing");

    assertThatThrownBy(() -> ServerTls.read(new TlsFiles(missing, there, null)))
        .hasMessage("--tls-cert: there is no file " + missing + " to be read");
    assertThatThrownBy(() -> ServerTls.read(new TlsFiles(there, missing, null)))
        .hasMessage("--tls-key: there is no file " + missing + " to be read");
    assertThatThrownBy(() -> ServerTls.read(new TlsFiles(folder, there, null)))
        .hasMessage("--tls-cert: there is no file " + folder + " to be read");
  }

  @Test
  void file_thatHoldsSomethingElse_isNamedWithWhatIsExpected() throws IOException {
    Path file = Files.writeString(folder.resolve("server.crt"), "no certificate\n");

    assertThatThrownBy(() -> ServerTls.read(new TlsFiles(file, file, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("PKCS #8");
  }
}
