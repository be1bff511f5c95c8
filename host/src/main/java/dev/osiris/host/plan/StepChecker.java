package dev.osiris.host.plan;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigField;
import dev.osiris.component.ConfigProblem;
import dev.osiris.component.ConfigValidator;
import dev.osiris.host.connection.ConnectionRef;
import dev.osiris.host.connection.ConnectionsFile;
import dev.osiris.host.param.ConfigReferences;
import dev.osiris.host.pipeline.PipelineStep;
import dev.osiris.host.pipeline.ProblemLog;
import dev.osiris.host.yaml.Position;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Holds one step after the other against its component and its connection. */
final class StepChecker {

  private final ComponentCatalog catalog;
  private final boolean workerMayKnowMore;
  private final StepConnections connections;
  private final ConfigReferences references;
  private final ProblemLog problems;
  private final List<String> notes;

  StepChecker(
      ComponentCatalog catalog,
      boolean workerMayKnowMore,
      ConnectionsFile connections,
      ConfigReferences references,
      ProblemLog problems,
      List<String> notes) {
    this.catalog = catalog;
    this.workerMayKnowMore = workerMayKnowMore;
    this.connections = new StepConnections(connections, problems, notes);
    this.references = references;
    this.problems = problems;
    this.notes = notes;
  }

  CheckedStep check(PipelineStep step) {
    String id = step.id().value();
    ComponentSpec spec = catalog.find(step.component()).orElse(null);
    Map<String, @Nullable Object> config = references.fill(id, step.config());
    Map<String, @Nullable Object> own = new LinkedHashMap<>(config);
    Object given = own.remove(StepConnections.KEY);
    if (step.discovers() && spec != null) {
      dropExtractorKeys(step, spec, own);
    }
    ConnectionRef reference = connections.find(step, spec, given);
    Path baseDir = null;
    PlannedConnection connection = null;
    if (reference != null && reference.family().equals(ConnectionsFile.FILESYSTEM)) {
      baseDir = connections.baseDir(step, reference);
    } else if (reference != null) {
      Map<String, Object> overrides = connections.overrides(step, spec, reference, own);
      connection = connections.resolve(step, reference, overrides);
    }
    if (spec == null) {
      unknown(step);
    } else {
      checkMode(step, spec);
      own = validated(step, spec, own);
    }
    return new CheckedStep(step, spec, Collections.unmodifiableMap(own), baseDir, connection);
  }

  /** A step that discovers may keep the configuration with which it extracts. */
  private void dropExtractorKeys(
      PipelineStep step, ComponentSpec spec, Map<String, @Nullable Object> config) {
    String extractor = step.component().replaceFirst("\\.discover$", ".extractor");
    catalog
        .find(extractor)
        .ifPresent(other ->
            config
                .keySet()
                .removeIf(key -> spec.field(key).isEmpty() && other.field(key).isPresent()));
  }

  private void unknown(PipelineStep step) {
    if (step.component().isEmpty()) {
      return;
    }
    String name = "component '" + step.component() + "'";
    if (workerMayKnowMore) {
      notes.add(
          "step '"
              + step.id()
              + "': "
              + name
              + " is not known here; its configuration is checked by the worker");
    } else {
      problems.add(
          step.places().component(),
          step.id().value(),
          name + " is not known" + problems.suggest(step.component(), catalog.names()));
    }
  }

  private void checkMode(PipelineStep step, ComponentSpec spec) {
    if (step.mode() != null && step.mode() != spec.kind()) {
      Position at = step.places().mode();
      problems.add(
          at,
          step.id().value(),
          "'mode' is "
              + step.mode().mode()
              + ", and "
              + spec.name()
              + " is used with 'mode: "
              + spec.kind().mode()
              + "'");
    }
  }

  private Map<String, @Nullable Object> validated(
      PipelineStep step, ComponentSpec spec, Map<String, @Nullable Object> config) {
    List<ConfigProblem> found = ConfigValidator.problems(spec, config);
    for (ConfigProblem problem : found) {
      problems.add(place(step, problem.key()), step.id().value(), problem.toString());
    }
    for (ConfigField field : spec.fields()) {
      config.keySet().stream()
          .filter(
              key -> field.secret() && (key.equals(field.name()) || field.aliases().contains(key)))
          .forEach(key -> refuseSecret(step, key));
    }
    return found.isEmpty() ? sorted(ConfigValidator.withDefaults(spec, config)) : config;
  }

  private void refuseSecret(PipelineStep step, String key) {
    problems.add(
        place(step, key),
        step.id().value(),
        "config key '"
            + key
            + "' is a secret and may not stand in a pipeline; put it into a"
            + " connection in osiris_connections.yaml, as '"
            + key
            + ": \"${VARIABLE}\"'");
  }

  private static Position place(PipelineStep step, String key) {
    Position config = step.places().config();
    return ConfigPlaces.find(step.config(), key).orElse(config);
  }

  private static Map<String, @Nullable Object> sorted(Map<String, @Nullable Object> map) {
    return new LinkedHashMap<>(new TreeMap<>(map));
  }
}
