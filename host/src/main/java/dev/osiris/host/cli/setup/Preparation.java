package dev.osiris.host.cli.setup;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.host.catalog.ComponentCatalogLoader;
import dev.osiris.host.config.HostConfig;
import dev.osiris.host.config.HostConfigLoader;
import dev.osiris.host.config.Project;
import dev.osiris.host.connection.ConnectionsFile;
import dev.osiris.host.connection.DotEnv;
import dev.osiris.host.connection.Variables;
import dev.osiris.host.pipeline.Pipeline;
import dev.osiris.host.pipeline.PipelineException;
import dev.osiris.host.pipeline.PipelineParser;
import dev.osiris.host.plan.Manifest;
import dev.osiris.host.plan.PlanSettings;
import dev.osiris.host.plan.Planned;
import dev.osiris.host.plan.Planner;
import dev.osiris.wire.ComponentYaml;
import dev.osiris.wire.FamilyYaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From flags and files to what a command works with. */
public final class Preparation {

  /**
   * A pipeline that can be run.
   *
   * @param notes for people: what had no effect or could not be checked
   */
  public record Prepared(
      Path pipeline, HostConfig config, Planned planned, Manifest manifest, List<String> notes) {}

  private final HostEnvironment environment;

  public Preparation(HostEnvironment environment) {
    this.environment = environment;
  }

  public HostConfig config(Flags.Settings flags, @Nullable Path pipeline) {
    return new HostConfigLoader(environment.variables(), environment.folder())
        .load(flags.texts(), pipeline);
  }

  public ComponentCatalog catalog(@Nullable Path drivers) {
    return new ComponentCatalogLoader(
            Preparation.class.getClassLoader(),
            (source, yaml) -> ComponentYaml.read(yaml, source),
            (source, yaml) -> FamilyYaml.read(yaml, source))
        .load(drivers);
  }

  /** Reads and plans one pipeline; every problem is told at once by what this throws. */
  public Prepared prepare(Path file, Flags.Settings flags) {
    Path path = environment.folder().resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new UsageException(
          "there is no pipeline file "
              + file
              + (Files.isDirectory(path) ? "; it is a folder" : ""));
    }
    HostConfig config = config(flags, path);
    ComponentCatalog catalog = catalog(config.paths().drivers());
    ConnectionsFile known = connections(config, catalog);
    // What the catalog lacks the worker lacks too: both read the same jars.
    Planner planner = new Planner(catalog, false);
    PlanSettings settings = new PlanSettings(config, known, environment.variables());
    Pipeline pipeline;
    try {
      pipeline = PipelineParser.read(path);
    } catch (PipelineException broken) {
      throw planner.withStepProblems(broken, settings);
    }
    Planned planned = planner.plan(pipeline, settings);
    List<String> notes = new ArrayList<>(config.notes());
    notes.addAll(planned.notes());
    return new Prepared(
        path,
        config,
        planned,
        Manifest.of(planned.plan(), catalog, config.paths().project()),
        List.copyOf(notes));
  }

  /** The connections of a project, with the variables of this process and of {@code .env}. */
  public ConnectionsFile connections(HostConfig config, ComponentCatalog catalog) {
    Path file = config.paths().connections();
    if (file == null) {
      return ConnectionsFile.none();
    }
    List<Path> folders = new ArrayList<>();
    String home = environment.variables().getOrDefault(Project.HOME, "");
    if (!home.isEmpty()) {
      folders.add(environment.folder().resolve(home));
    }
    folders.add(environment.folder());
    folders.add(config.paths().project().folder());
    folders.add(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    Variables variables = new Variables(DotEnv.add(environment.variables(), folders));
    return ConnectionsFile.read(file, catalog.families(), variables);
  }
}
