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

class GrantedPathsTest {

  @TempDir private Path root;
  private Path project;
  private Path outside;
  private Path sessions;
  private GrantedPaths paths;

  @BeforeEach
  void makeFolders() throws IOException {
    project = Files.createDirectories(root.resolve("project"));
    outside = Files.createDirectories(root.resolve("outside"));
    sessions = Files.createDirectories(project.resolve(".osiris_sessions"));
    Path readOnly = Files.createDirectories(root.resolve("granted"));
    Files.writeString(project.resolve("a.csv"), "a");
    Files.writeString(Files.createDirectories(project.resolve("sub/deep")).resolve("b.csv"), "b");
    Files.writeString(readOnly.resolve("g.csv"), "g");
    Files.writeString(outside.resolve("secret.csv"), "s");
    paths =
        new GrantedPaths(
            project,
            List.of(new Grant(project.toString(), true), new Grant(readOnly.toString(), false)),
            sessions);
  }

  @Test
  void read_findsFiles_byPathAndByGlob() throws IOException {
    assertThat(paths.read("a.csv", null)).containsExactly(project.resolve("a.csv"));
    assertThat(paths.read("**.csv", null)).hasSize(2);
    assertThat(paths.read("sub/*/b.csv", null)).containsExactly(project.resolve("sub/deep/b.csv"));
    assertThat(paths.read("../granted/g.csv", null)).hasSize(1);
    assertThat(paths.read("b.csv", project.resolve("sub/deep").toString())).hasSize(1);
  }

  @Test
  void read_takesAFileForItself_whenItsNameLooksLikeAGlob() throws IOException {
    Files.writeString(project.resolve("a[1].csv"), "x");

    assertThat(paths.read("a[1].csv", null)).containsExactly(project.resolve("a[1].csv"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside/secret.csv",
        "../outside/*.csv",
        "/etc/passwd",
        "sub/../../outside/secret.csv"
      })
  void read_refusesWhatLiesOutside(String path) {
    assertThatFails(() -> paths.read(path, null), FailureCode.PATH_REFUSED);
  }

  @Test
  void read_refusesALinkThatLeadsOutside() throws IOException {
    Files.createSymbolicLink(project.resolve("link.csv"), outside.resolve("secret.csv"));
    Files.createSymbolicLink(project.resolve("folder"), outside);

    assertThatFails(() -> paths.read("link.csv", null), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.read("folder/secret.csv", null), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.read("folder/*", null), FailureCode.PATH_REFUSED);
  }

  @Test
  void read_saysWhatIsMissing() {
    assertThatFails(() -> paths.read("none.csv", null), FailureCode.FILE_NOT_FOUND);
    assertThatFails(() -> paths.read("none*.csv", null), FailureCode.FILE_NOT_FOUND);
    assertThatFails(() -> paths.read("sub", null), FailureCode.FILE_UNREADABLE);
    assertThatFails(() -> paths.read("a\0b", null), FailureCode.PATH_REFUSED);
  }

  @Test
  void write_makesParents_belowAWritableGrant() throws IOException {
    assertThat(paths.write("out/new/x.csv", null)).isEqualTo(project.resolve("out/new/x.csv"));
    assertThat(project.resolve("out/new")).isDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x.csv",
        "../granted/x.csv",
        "/tmp/x.csv",
        ".osiris_sessions/s/data/a.duckdb",
        "out/../../y"
      })
  void write_refusesWhatIsNotItsOwn(String path) {
    assertThatFails(() -> paths.write(path, null), FailureCode.PATH_REFUSED);
  }

  @Test
  void write_refusesLinksOut_andFolders() throws IOException {
    Files.createSymbolicLink(project.resolve("link.csv"), outside.resolve("new.csv"));
    Files.createSymbolicLink(project.resolve("folder"), outside);

    assertThatFails(() -> paths.write("link.csv", null), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.write("folder/new.csv", null), FailureCode.PATH_REFUSED);
    assertThatFails(() -> paths.write("sub", null), FailureCode.FILE_UNWRITABLE);
    assertThat(outside.resolve("new.csv")).doesNotExist();
  }

  private static void assertThatFails(ThrowingCallable call, FailureCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StepException.class, refused -> assertThat(refused.failure().code()).isEqualTo(code));
  }
}
