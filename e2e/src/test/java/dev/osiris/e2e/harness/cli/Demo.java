package dev.osiris.e2e.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The example about films that {@code scripts/demo} runs, as a project of a test. */
public final class Demo {
  private Demo() {}

  /** A copy of the example with its generated data. */
  public static Project in(Path parent) throws IOException {
    Project project = Project.in(parent);
    Path example = Installation.repository().resolve("examples/movies");
    for (String name : List.of("pipeline.yaml", "Generate.java")) {
      project.file(name, Files.readAllBytes(example.resolve(name)));
    }
    CliResult made =
        Command.run(
            project.folder(),
            Map.of("LC_ALL", "C.UTF-8"),
            List.of(Installation.java().toString(), "Generate.java", "data"));
    assertThat(made.exit()).as(made.stderr()).isZero();
    return project;
  }

  /** Another one with the same data, below the same folder. */
  public static Project like(Project demo) throws IOException {
    Project project = Project.in(demo.folder().getParent().getParent());
    project.file("pipeline.yaml", demo.read("pipeline.yaml"));
    try (Stream<Path> data = Files.list(demo.path("data"))) {
      for (Path file : data.toList()) {
        project.file("data/" + file.getFileName(), Files.readAllBytes(file));
      }
    }
    return project;
  }
}
