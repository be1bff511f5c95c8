package dev.osiris.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.session.Grant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Grants of folders that only the host has: {@code /host/in} to read, {@code /host/out} to write.
 */
class StagedPathsTest {

  @TempDir private Path disk;
  private Path staged;
  private GrantedPaths paths;

  @BeforeEach
  void stage() throws IOException {
    Path sessions = Files.createDirectories(disk.toRealPath().resolve("sessions[1]"));
    staged = Files.createDirectories(sessions.resolve("s/.tmp/staged"));
    put("host/in/a.csv");
    put("host/in/sub/b.csv");
    put("host/secret/c.csv");
    paths =
        new GrantedPaths(
            Path.of("/host/in"),
            List.of(new Grant("/host/in", false, true), new Grant("/host/out", true, true)),
            sessions,
            new Staging(staged));
  }

  private Path put(String name) throws IOException {
    Path file = staged.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "x");
  }

  @Test
  void read_findsWhatTheHostBrought_byTheHostsNames() throws IOException {
    Path a = staged.resolve("host/in/a.csv");
    assertThat(paths.read("a.csv", null)).containsExactly(a);
    assertThat(paths.read("/host/in/a.csv", null)).containsExactly(a);
    assertThat(paths.read("../in/a.csv", null)).containsExactly(a);
    assertThat(paths.read("b.csv", "/host/in/sub")).hasSize(1);
    assertThat(paths.read("**.csv", null)).hasSize(2);
    assertThat(paths.read("/host/i?/*.csv", null)).containsExactly(a);
    assertThat(paths.hostNames("failed at " + a + ", line 3"))
        .isEqualTo("failed at /host/in/a.csv, line 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../secret/c.csv", "/host/secret/*.csv", "/etc/passwd", "/host/IN/a.csv", "/"})
  void read_refusesWhatIsNotBelowAGrant_andNeverLooksAtTheWorkersOwnFiles(String path) {
    assertThatThrownBy(() -> paths.read(path, null))
        .isInstanceOfSatisfying(
            StepException.class,
            refused -> {
              assertThat(refused.failure().code()).isEqualTo(FailureCode.PATH_REFUSED);
              assertThat(refused.failure().message()).doesNotContain(staged.toString());
            });
  }

  @Test
  void read_refusesLinks_thatLeadOutOfTheGrants() throws IOException {
    Files.createSymbolicLink(staged.resolve("host/in/etc.csv"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(staged.resolve("host/in/near"), staged.resolve("host/secret"));

    assertThatFails(() -> paths.read("etc.csv", null), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.read("near/c.csv", null), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.read("near/*", null), FailureCode.PATH_REFUSED);
  }

  @Test
  void read_saysWhatIsMissing_byTheHostsName() {
    assertThatThrownBy(() -> paths.read("none.csv", null))
        .isInstanceOfSatisfying(
            StepException.class,
            missing -> {
              assertThat(missing.failure().code()).isEqualTo(FailureCode.FILE_NOT_FOUND);
              assertThat(missing.failure().advice()).isEqualTo("looked at /host/in/none.csv");
            });
  }

  @Test
  void write_goesBelowWritableGrantsOnly() throws IOException {
    assertThat(paths.write("/host/out/new/x.csv", null))
        .isEqualTo(staged.resolve("host/out/new/x.csv"))
        .matches(paths::isStaged);
    assertThatFails(() -> paths.write("a.csv", null), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.write("/host/out/../in/x", null), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.write("/tmp/x.csv", null), FailureCode.PATH_REFUSED);
    assertThat(Path.of("/host/out")).doesNotExist();
  }

  @Test
  void write_refusesLinksOutOfTheGrants() throws IOException {
    Files.createDirectories(staged.resolve("host/out"));
    Files.createSymbolicLink(staged.resolve("host/out/up"), disk);

    assertThatFails(() -> paths.write("/host/out/up/x.csv", null), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.bring("/host/out/up/x.csv"), FailureCode.PATH_REFUSED);
  }

  @Test
  void theHostBrings_alsoWhatMayOnlyBeRead_andFetchesWhatMayBeWritten() throws IOException {
    assertThat(paths.bring("/host/in/new.csv")).isEqualTo(staged.resolve("host/in/new.csv"));
    assertThatFails(() -> paths.bring("/host/secret/x"), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.bring("/etc/x"), FailureCode.PATH_REFUSED);

    put("host/out/r.csv");
    assertThat(paths.fetch("/host/out/r.csv")).isEqualTo(staged.resolve("host/out/r.csv"));
    assertThatFails(() -> paths.fetch("/host/in/a.csv"), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.fetch("/host/out/../in/a.csv"), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.fetch("/etc/passwd"), FailureCode.PATH_REFUSED);
    Files.createSymbolicLink(staged.resolve("host/out/link"), Path.of("/etc/passwd"));
    assertThatFails(() -> paths.fetch("/host/out/link"), FailureCode.PATH_REFUSED);
  }

  private static void assertThatFails(ThrowingCallable call, FailureCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StepException.class, refused -> assertThat(refused.failure().code()).isEqualTo(code));
  }
}
