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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that is granted twice: shared, where the worker may read it, and staged. */
class SeenPathsTest {
  @TempDir private Path disk;
  private Path project;
  private Path staged;
  private GrantedPaths paths;

  @BeforeEach
  void grant() throws IOException {
    project = Files.createDirectories(disk.toRealPath().resolve("project"));
    Path sessions = Files.createDirectories(disk.toRealPath().resolve("sessions"));
    staged = Files.createDirectories(sessions.resolve("s/.tmp/staged"));
    paths =
        new GrantedPaths(
            project,
            List.of(
                new Grant(project.toString(), false), new Grant(project.toString(), true, true)),
            sessions,
            new Staging(staged));
  }

  private Path place(String name) {
    return staged.resolve(Path.of("/").relativize(project)).resolve(name);
  }

  private Path bring(String name) throws IOException {
    return Files.writeString(paths.bring(project.resolve(name).toString()), "brought");
  }

  @Test
  void read_takesTheHostsFile_whereItCanBeRead_andElseWhatTheHostBrought() throws IOException {
    Path a = Files.writeString(project.resolve("a.csv"), "host");
    Path b = bring("b.csv");
    assertThat(bring("a.csv")).isEqualTo(place("a.csv"));

    assertThat(paths.read("a.csv", null)).containsExactly(a);
    assertThat(paths.read("b.csv", null)).containsExactly(b);
    assertThat(paths.hostNames(b.toString())).isEqualTo(project.resolve("b.csv").toString());
  }

  @Test
  void pattern_findsFilesOfBothSides_once_inTheOrderOfTheirNames() throws IOException {
    Path a = Files.writeString(project.resolve("a.csv"), "host");
    Path b = bring("b.csv");
    Path c = Files.writeString(project.resolve("c.csv"), "host");
    bring("c.csv");

    assertThat(paths.read("*.csv", null)).containsExactly(a, b, c);
  }

  @Test
  void write_isStaged_andWhatTheHostHasStays() throws IOException {
    Path target = Files.writeString(project.resolve("t.csv"), "before");

    assertThat(paths.write("t.csv", null)).isEqualTo(place("t.csv"));
    Files.writeString(place("t.csv"), "after");
    assertThat(paths.fetch(target.toString())).isEqualTo(place("t.csv"));
    assertThat(target).hasContent("before");
  }

  @Test
  void missing_isToldByTheHostsName() {
    assertThatThrownBy(() -> paths.read("none.csv", null))
        .isInstanceOfSatisfying(
            StepException.class,
            missing -> {
              assertThat(missing.failure().code()).isEqualTo(FailureCode.FILE_NOT_FOUND);
              assertThat(missing.failure().advice())
                  .isEqualTo("looked at " + project + "/none.csv");
            });
  }
}
