package dev.osiris.host.plan;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigField;
import dev.osiris.component.ConfigProblem;
import dev.osiris.component.ConfigValidator;
import dev.osiris.component.FieldType;
import dev.osiris.host.config.ConnectionsFile;
import dev.osiris.host.config.SettingException;
import dev.osiris.host.param.ConfigReferences;
import dev.osiris.host.pipeline.PipelineProblem;
import dev.osiris.host.pipeline.PipelineStep;
import dev.osiris.host.pipeline.ProblemLog;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode.Entry;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Holds one step after the other against its component and its connection. */
final class StepChecker {

  private static final Pattern CONNECTION = Pattern.compile("@([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");

  /** The key that is the host's and not the driver's. */
  private static final String CONNECTION_KEY = "connection";

  private final ComponentCatalog catalog;
  private final boolean workerMayKnowMore;
  private final ConnectionsFile connections;
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
    this.connections = connections;
    this.references = references;
    this.problems = problems;
    this.notes = notes;
  }

  CheckedStep check(PipelineStep step) {
    String id = step.id().value();
    ComponentSpec spec = catalog.find(step.component()).orElse(null);
    Map<String, @Nullable Object> config = references.fill(id, step.config());
    Object connection = config.get(CONNECTION_KEY);
    Path baseDir = connection(step, spec, connection);
    Map<String, @Nullable Object> own = new LinkedHashMap<>(config);
    own.remove(CONNECTION_KEY);
    if (spec == null) {
      unknown(step);
    } else {
      checkMode(step, spec);
      own = validated(step, spec, own);
    }
    return new CheckedStep(step, spec, Collections.unmodifiableMap(own), baseDir);
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

  private @Nullable Path connection(
      PipelineStep step, @Nullable ComponentSpec spec, @Nullable Object given) {
    String id = step.id().value();
    Position at = step.config().entry(CONNECTION_KEY).map(Entry::at).orElse(step.places().config());
    if (given == null) {
      boolean takesDefault = family(step).equals(ConnectionsFile.FILESYSTEM);
      return takesDefault
          ? connections
              .defaultAlias(ConnectionsFile.FILESYSTEM)
              .map(alias -> baseDir(step, alias))
              .orElse(null)
          : null;
    }
    Matcher reference = CONNECTION.matcher(given.toString());
    if (!(given instanceof String) || !reference.matches()) {
      problems.add(at, id, "config key 'connection' must be written as \"@family.alias\"");
      return null;
    }
    String family = reference.group(1);
    String alias = reference.group(2);
    List<String> aliases = connections.aliases(family);
    if (!family.equals(ConnectionsFile.FILESYSTEM)) {
      problems.add(
          at,
          id,
          "connection '"
              + given
              + "' is of the family '"
              + family
              + "', which is not served by any component of this version");
    } else if (spec != null && !takesFolder(spec)) {
      problems.add(
          at,
          id,
          spec.name() + " reads and writes no files, so it takes no connection '" + given + "'");
    } else if (!aliases.contains(alias)) {
      problems.add(at, id, missing(alias, aliases));
    } else {
      return baseDir(step, alias);
    }
    return null;
  }

  private String missing(String alias, List<String> aliases) {
    String suggestion = problems.suggest(alias, aliases);
    return "there is no connection '@filesystem."
        + alias
        + "'"
        + (suggestion.isEmpty() && connections.path() == null
            ? "; no osiris_connections.yaml was found"
            : suggestion);
  }

  private static String family(PipelineStep step) {
    return step.component().split("\\.", 2)[0];
  }

  private static boolean takesFolder(ComponentSpec spec) {
    return spec.fields().stream()
        .flatMap(field -> field.types().stream())
        .anyMatch(type -> type == FieldType.INPUT_PATH || type == FieldType.OUTPUT_PATH);
  }

  private @Nullable Path baseDir(PipelineStep step, String alias) {
    try {
      return connections.baseDir(alias);
    } catch (SettingException unset) {
      unset
          .problems()
          .forEach(p ->
              problems.add(
                  new PipelineProblem(p.source(), p.at(), step.id().value(), p.message())));
      return null;
    }
  }

  private static Map<String, @Nullable Object> sorted(Map<String, @Nullable Object> map) {
    return new LinkedHashMap<>(new TreeMap<>(map));
  }
}
