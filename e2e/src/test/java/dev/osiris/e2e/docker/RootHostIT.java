package dev.osiris.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.osiris.e2e.harness.Docker;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.Scratch;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A host that is root, whose containers are not: what only root may read is read all the same, and
 * what is written belongs to whom the project does.
 */
@ExtendWith(LeakCheck.class)
class RootHostIT {
  private static final int SOMEBODY = 4_242;
  private static final String STEPS =
      """
      - id: read
        component: filesystem.csv_extractor
        mode: read
        needs: []
        config: {path: "in/**.csv"}
      - id: write
        component: filesystem.csv_writer
        mode: write
        config: {path: out/new/all.csv}
      - id: again
        component: filesystem.csv_extractor
        mode: read
        needs: [write]
        config: {path: out/new/all.csv}
      """;

  private Project project;

  @BeforeEach
  void makeProject() throws IOException {
    String missing = Docker.missing().orElse("");
    assumeTrue(missing.isEmpty(), missing);
    project = Project.in(Scratch.root());
    assumeTrue(owner(project.folder()) == 0, "this host is not root");
    project.file("in/open.csv", "n\n1\n");
    restrict(project.file("in/secret.csv", "n\n2\n"), "rw-------");
    restrict(project.file("in/closed/inner.csv", "n\n3\n").resolveSibling("."), "rwx------");
    restrict(Files.createDirectory(project.path("out")), "rwxr-xr-x");
  }

  private static void restrict(Path path, String rights) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
  }

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid");
  }

  private CliResult run(String... flags) {
    List<String> options =
        Stream.concat(Stream.of("--sandbox", "docker", "--image", Docker.image()), Stream.of(flags))
            .toList();
    return new Cli()
        .run(project.arguments(project.pipeline(STEPS), options.toArray(String[]::new)));
  }

  private void assertWritten(int owner) throws IOException {
    assertThat(project.read("out/new/all.csv").lines())
        .containsExactlyInAnyOrder("n", "1", "2", "3");
    assertThat(owner(project.path("out/new"))).isEqualTo(owner);
    assertThat(owner(project.path("out/new/all.csv"))).isEqualTo(owner);
    try (Stream<Path> files = Files.list(project.path("out/new"))) {
      assertThat(files).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--transport=auto", "--no-mount"})
  void filesThatOnlyRootMayReach_areReadAndWritten(String flag) throws Exception {
    // Nobody else gets through it to the session directory or the project.
    restrict(project.folder(), "rwx------");

    CliResult result = run(flag).succeeded();

    assertWritten(0);
    assertThat(result.step("again").path("outputs").path("rows").asInt()).isEqualTo(3);
    assertThat(owner(result.sessionDir().resolve("data/read.duckdb"))).isZero();
    assertThat(owner(result.sessionDir().resolve("logs/events.jsonl"))).isZero();
  }

  @Test
  void results_belongToTheOwnerOfTheProject() throws Exception {
    Files.setAttribute(project.folder(), "unix:uid", SOMEBODY);

    CliResult result = run().succeeded();

    assertWritten(SOMEBODY);
    assertThat(owner(result.sessionDir())).isEqualTo(SOMEBODY);
    assertThat(owner(result.sessionDir().resolve("data/again.duckdb"))).isEqualTo(SOMEBODY);
  }

  @Test
  void target_thatCannotBeMade_failsItsStep_andNothingIsLeft() throws Exception {
    Path inTheWay = Files.createFile(project.path("out/new"));

    CliResult result = run();

    assertThat(result.failure("write").path("code").asText()).isEqualTo("file_unwritable");
    assertThat(inTheWay).isEmptyFile();
    try (Stream<Path> files = Files.list(project.path("out"))) {
      assertThat(files).containsExactly(inTheWay);
    }
  }
}
