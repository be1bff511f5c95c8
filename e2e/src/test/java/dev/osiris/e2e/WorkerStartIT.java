package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.osiris.e2e.harness.Keys;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker that cannot be what it is told to be says so in one line and ends with 2, before it
 * serves.
 */
@ExtendWith(LeakCheck.class)
class WorkerStartIT {

  @TempDir private Path folder;

  private void refuses(String told, String... arguments) {
    assertThatThrownBy(
            () -> WorkerProcess.below(folder.resolve("sessions")).tcp().with(arguments).start())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the worker ended with 2\n")
        .hasMessageContaining(told)
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("\tat "));
  }

  @Test
  void folderOfDrivers_thatIsNotThere() {
    refuses(
        "--drivers: there is no folder " + folder.resolve("none"),
        "--drivers",
        folder.resolve("none").toString());
  }

  @Test
  void folders_thatCannotBeMade() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    refuses("--session-root: the folder ", "--session-root", file.resolve("s").toString());
    refuses("--spill-dir: the folder ", "--spill-dir", file.resolve("s").toString());
    refuses("--health-file: the folder ", "--health-file", file.resolve("h").toString());
  }

  @Test
  void portThatIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "tcp:127.0.0.1:" + taken.getLocalPort();
      refuses("cannot listen at " + address + ": ", "--listen", address);
    }
  }

  @Test
  void heapThatLeavesNothing() {
    refuses("leaves nothing for DuckDB of a limit of 192m", "--memory", "192m");
  }

  @Test
  void keyOfAnotherCertificate() throws IOException {
    String missing = Keys.missing().orElse("");
    assumeThat(missing).as(missing).isEmpty();
    Keys keys = Keys.in(folder.resolve("keys"));
    Keys others = Keys.in(folder.resolve("others"));

    refuses(
        "the key is not that of the certificate",
        "--tls-cert",
        keys.path("server.crt"),
        "--tls-key",
        others.path("server.key"));
  }
}
