package dev.osiris.e2e.harness.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder with a pipeline and its files, and a session root beside it. */
public final class Project {

  private final Path folder;
  private final Path sessions;

  private Project(Path folder, Path sessions) {
    this.folder = folder;
    this.sessions = sessions;
  }

  /** Begins a project in a new folder below this one. */
  public static Project in(Path parent) {
    try {
      Path home = Files.createTempDirectory(parent, "p");
      return new Project(Files.createDirectory(home.resolve("project")), home.resolve("sessions"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path folder() {
    return folder;
  }

  public Path sessions() {
    return sessions;
  }

  public Path path(String name) {
    return folder.resolve(name);
  }

  /** Writes a file, its folders included. */
  public Path file(String name, String text) {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a file, its folders included. */
  public Path file(String name, byte[] bytes) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a pipeline of these steps. */
  public CliResult run(String steps, String... options) {
    return new Cli().run(arguments(pipeline(steps), options));
  }

  /** Writes {@code pipeline.yaml} with these steps, a YAML list. */
  public Path pipeline(String steps) {
    return file("pipeline.yaml", "oml_version: \"0.1.0\"\nname: test\nsteps:\n" + steps.indent(2));
  }

  /** The arguments of {@code run --json} in this project. */
  public List<String> arguments(Path pipeline, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("run", pipeline.toString(), "--json", "--session-root", sessions.toString()));
    arguments.addAll(List.of(options));
    if (!arguments.contains("--memory")) {
      arguments.addAll(List.of("--memory", "512m"));
    }
    return arguments;
  }
}
