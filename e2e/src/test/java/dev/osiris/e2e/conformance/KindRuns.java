package dev.osiris.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.osiris.e2e.harness.Docker;
import dev.osiris.e2e.harness.Scratch;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs in one kind of sandbox, with what that kind needs beside the host. */
final class KindRuns implements AutoCloseable {
  static final String MEMORY = "256m";

  private final Kind kind;
  private final Path drivers;
  private final @Nullable RemoteWorker remote;

  private KindRuns(Kind kind, Path drivers, @Nullable RemoteWorker remote) {
    this.kind = kind;
    this.drivers = drivers;
    this.remote = remote;
  }

  /** Gives the test up, with the reason, where this kind cannot be had. */
  static KindRuns of(Kind kind, Path drivers) throws IOException {
    String missing = kind.missing().orElse("");
    assumeThat(missing).as(kind + " cannot be tested here").isEmpty();
    return new KindRuns(
        kind,
        drivers,
        kind.isStartedByTheRun()
            ? null
            : RemoteWorker.start(Scratch.folder("remote"), drivers, MEMORY));
  }

  CliResult demo(Project project) {
    return new Cli()
        .run(arguments(project, project.path("pipeline.yaml"), "--parallel", "1"))
        .succeeded();
  }

  CliResult run(Cli cli, String steps, String... options) {
    // Short: the path of a Unix socket holds 107 bytes.
    Project project = Project.in(Scratch.root());
    return cli.run(arguments(project, project.pipeline(steps), options));
  }

  List<String> arguments(Project project, Path pipeline, String... options) {
    List<String> all = new ArrayList<>(kind.flags());
    if (remote != null) {
      all.addAll(remote.flags());
    }
    if (kind.isContainer()) {
      all.addAll(List.of("--image", Docker.image()));
    }
    all.addAll(List.of("--drivers", drivers.toString()));
    all.addAll(List.of(options));
    if (!all.contains("--memory")) {
      all.addAll(List.of("--memory", MEMORY, "--cpus", "2"));
    }
    return project.arguments(pipeline, all.toArray(String[]::new));
  }

  /** What a run must take with it, whatever its end was. */
  void leftNothing(CliResult result) {
    assertThat(result.sessionDir().toFile().list())
        .as("of the session")
        .containsExactlyInAnyOrder(
            ".lock", "artifacts", "data", "logs", "manifest.yaml", "status.json");
    if (kind.isContainer()) {
      assertThat(Docker.containers(result.json().path("session_id").asText())).isEmpty();
    }
  }

  @Override
  public void close() {
    if (remote != null) {
      remote.close();
    }
  }
}
