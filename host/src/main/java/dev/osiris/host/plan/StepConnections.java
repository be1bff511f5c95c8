package dev.osiris.host.plan;

import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigProblem;
import dev.osiris.component.ConfigValidator;
import dev.osiris.component.ConnectionFamily;
import dev.osiris.component.ConnectionField;
import dev.osiris.component.ConnectionUse;
import dev.osiris.component.FieldType;
import dev.osiris.host.config.SettingException;
import dev.osiris.host.config.SettingProblem;
import dev.osiris.host.connection.ConnectionRef;
import dev.osiris.host.connection.ConnectionResolver;
import dev.osiris.host.connection.ConnectionsFile;
import dev.osiris.host.pipeline.PipelineProblem;
import dev.osiris.host.pipeline.PipelineStep;
import dev.osiris.host.pipeline.ProblemLog;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.step.ConnectionSpec;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the connection of each step and its values. */
final class StepConnections {

  /** The key of a step's configuration that is the host's and not the driver's. */
  static final String KEY = "connection";

  private final ConnectionsFile connections;
  private final ConnectionResolver resolver;
  private final ProblemLog problems;
  private final List<String> notes;

  /** What is wrong with a connection is told for its first step only. */
  private final Set<SettingProblem> told = new HashSet<>();

  StepConnections(ConnectionsFile connections, ProblemLog problems, List<String> notes) {
    this.connections = connections;
    this.resolver = new ConnectionResolver(connections);
    this.problems = problems;
    this.notes = notes;
  }

  /**
   * The connection that a step names, or else the default one of its component's family.
   *
   * @param spec {@code null} when the host does not know the component
   * @param given what the step says; {@code null} for nothing
   * @return {@code null} for none, also after a problem
   */
  @Nullable ConnectionRef find(
      PipelineStep step, @Nullable ComponentSpec spec, @Nullable Object given) {
    if (given == null) {
      return byDefault(step, spec);
    }
    ConnectionRef reference =
        given instanceof String text ? ConnectionRef.parse(text).orElse(null) : null;
    if (reference == null) {
      problem(step, "config key 'connection' must be written as \"@family.alias\"");
      return null;
    }
    return fits(step, spec, reference) ? reference : null;
  }

  private @Nullable ConnectionRef byDefault(PipelineStep step, @Nullable ComponentSpec spec) {
    ConnectionUse use = spec == null ? null : spec.connection();
    String family = use == null ? step.component().split("\\.", 2)[0] : use.family();
    if (use == null && !family.equals(ConnectionsFile.FILESYSTEM)) {
      return null;
    }
    String alias = connections.defaultAlias(family).orElse(null);
    if (alias != null) {
      return new ConnectionRef(family, alias);
    }
    if (use != null && use.required()) {
      problem(
          step,
          step.component() + " needs a connection of the family '" + family + "'" + choice(family));
    }
    return null;
  }

  private String choice(String family) {
    List<String> names =
        connections.aliases(family).stream()
            .map(alias -> new ConnectionRef(family, alias).toString())
            .toList();
    if (!names.isEmpty()) {
      return "; name one of "
          + String.join(", ", names)
          + " in its config, as 'connection: \""
          + names.getFirst()
          + "\"', or mark one of them 'default: true'";
    }
    return connections.path() == null
        ? "; no osiris_connections.yaml was found"
        : ", and " + connections.path() + " has none";
  }

  private boolean fits(PipelineStep step, @Nullable ComponentSpec spec, ConnectionRef reference) {
    ConnectionUse use = spec == null ? null : spec.connection();
    String family = reference.family();
    boolean folder = family.equals(ConnectionsFile.FILESYSTEM);
    if (use != null && !use.family().equals(family)) {
      problem(
          step,
          "connection '"
              + reference
              + "' is of the family '"
              + family
              + "', and "
              + step.component()
              + " takes one of the family '"
              + use.family()
              + "'");
    } else if (spec != null && use == null && !takesFolder(spec)) {
      problem(
          step,
          step.component()
              + " reads and writes no files, so it takes no connection '"
              + reference
              + "'");
    } else if (spec != null && use == null && !folder) {
      problem(
          step,
          "connection '"
              + reference
              + "' is of the family '"
              + family
              + "', and "
              + step.component()
              + " takes one of the family 'filesystem'");
    } else if (!connections.aliases(family).contains(reference.alias())) {
      problem(step, missing(reference));
    } else if (connections.family(family).isEmpty()) {
      problem(step, "connection '" + reference + "' is of a family that is not known here");
    } else {
      return true;
    }
    return false;
  }

  private String missing(ConnectionRef reference) {
    List<String> aliases = connections.aliases(reference.family());
    String suggestion = problems.suggest(reference.alias(), aliases);
    return "there is no connection '"
        + reference
        + "'"
        + (suggestion.isEmpty() ? instead(reference.family(), aliases) : suggestion);
  }

  private String instead(String family, List<String> aliases) {
    if (connections.path() == null) {
      return "; no osiris_connections.yaml was found";
    }
    return aliases.isEmpty()
        ? "; " + connections.path() + " has none of the family '" + family + "'"
        : "; of the family '" + family + "' there are: " + String.join(", ", aliases);
  }

  private static boolean takesFolder(ComponentSpec spec) {
    return spec.fields().stream()
        .flatMap(field -> field.types().stream())
        .anyMatch(type -> type == FieldType.INPUT_PATH || type == FieldType.OUTPUT_PATH);
  }

  /**
   * Takes out of a step's configuration what it sets instead of its connection.
   *
   * @param config loses the keys that are the connection's and not the component's
   */
  Map<String, Object> overrides(
      PipelineStep step,
      @Nullable ComponentSpec spec,
      ConnectionRef reference,
      Map<String, @Nullable Object> config) {
    ConnectionFamily family = connections.family(reference.family()).orElseThrow();
    Map<String, Object> overrides = new LinkedHashMap<>();
    for (String key : List.copyOf(config.keySet())) {
      ConnectionField field = family.field(key).orElse(null);
      Object value = config.get(key);
      boolean own = spec != null && spec.field(key).isPresent();
      if (field == null || field.unused() || value == null) {
        continue;
      }
      if (field.override() == ConnectionField.Override.FORBIDDEN) {
        if (!own) {
          problem(step, key, "may not be set by a step: " + change(reference));
          config.remove(key);
        }
        continue;
      }
      if (field.override() == ConnectionField.Override.WARNING) {
        notes.add("step '" + step.id() + "': '" + key + "' is set instead of that of " + reference);
      }
      if (checked(step, family, key, value)) {
        overrides.put(field.name(), value);
      }
      if (!own) {
        config.remove(key);
      }
    }
    return overrides;
  }

  private String change(ConnectionRef reference) {
    return "it is a field of connection '" + reference + "'; change it in " + connections.path();
  }

  private boolean checked(PipelineStep step, ConnectionFamily family, String key, Object value) {
    List<ConfigProblem> found =
        ConfigValidator.problems(family.spec(), new LinkedHashMap<>(Map.of(key, value))).stream()
            .filter(problem -> problem.key().split("[.\\[]", 2)[0].equals(key))
            .toList();
    found.forEach(problem -> problem(step, problem.key(), problem.message()));
    return found.isEmpty();
  }

  /** The connection with its values; {@code null} after a problem. */
  @Nullable PlannedConnection resolve(
      PipelineStep step, ConnectionRef reference, Map<String, Object> overrides) {
    try {
      ConnectionSpec resolved = resolver.resolve(reference, overrides);
      return new PlannedConnection(reference, overrides, resolved);
    } catch (SettingException refused) {
      tell(step, refused);
      return null;
    }
  }

  /** The folder of a {@code filesystem} connection; {@code null} after a problem. */
  @Nullable Path baseDir(PipelineStep step, ConnectionRef reference) {
    try {
      return resolver.baseDir(reference);
    } catch (SettingException refused) {
      tell(step, refused);
      return null;
    }
  }

  private void tell(PipelineStep step, SettingException refused) {
    refused.problems().stream()
        .filter(told::add)
        .forEach(found ->
            problems.add(
                new PipelineProblem(
                    found.source(), found.at(), step.id().value(), found.message())));
  }

  private void problem(PipelineStep step, String message) {
    Position at = step.config().entry(KEY).map(Entry::at).orElse(step.places().config());
    problems.add(at, step.id().value(), message);
  }

  private void problem(PipelineStep step, String key, String message) {
    Position at = ConfigPlaces.find(step.config(), key).orElse(step.places().config());
    problems.add(at, step.id().value(), Objects.toString(new ConfigProblem(key, message)));
  }
}
