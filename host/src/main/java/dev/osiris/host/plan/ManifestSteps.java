package dev.osiris.host.plan;

import dev.osiris.host.config.Project;
import dev.osiris.host.connection.ConnectionRef;
import dev.osiris.host.pipeline.ProblemLog;
import dev.osiris.host.pipeline.Retry;
import dev.osiris.host.yaml.MappingReader;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.host.yaml.YamlNode.Sequence;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The steps of a manifest, to and from plain values. Pure functions. */
final class ManifestSteps {

  private static final Set<String> KEYS =
      Set.of(
          "id",
          "component",
          "config",
          "needs",
          "inputs",
          "base_dir",
          "resources",
          "timeout",
          "retry",
          "connection",
          "connection_overrides",
          "keeps_state");

  private ManifestSteps() {}

  static List<Object> write(List<PlannedStep> steps, Project project) {
    List<Object> written = new ArrayList<>();
    steps.forEach(step -> written.add(write(step, project)));
    return written;
  }

  private static Map<String, @Nullable Object> write(PlannedStep step, Project project) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("id", step.id().value());
    map.put("component", step.component());
    map.put("config", step.config());
    map.put("needs", step.needs().stream().map(StepId::value).toList());
    // A list: the order of inputs has a meaning, and the keys of a canonical map are sorted.
    List<Object> inputs = new ArrayList<>();
    step.inputs().forEach((name, input) -> inputs.add(input(name, input)));
    map.put("inputs", inputs);
    put(map, "base_dir", relative(step.baseDir(), project));
    Map<String, @Nullable Object> resources = new LinkedHashMap<>();
    ByteSize memory = step.resources().memory();
    put(resources, "memory_bytes", memory == null ? null : memory.bytes());
    put(resources, "threads", step.resources().threads());
    put(map, "resources", resources.isEmpty() ? null : resources);
    put(map, "timeout", step.timeout() == null ? null : DurationText.of(step.timeout()));
    PlannedConnection connection = step.connection();
    if (connection != null) {
      map.put("connection", connection.reference().toString());
      Map<String, Object> overrides = connection.overrides();
      put(map, "connection_overrides", overrides.isEmpty() ? null : overrides);
    }
    put(map, "keeps_state", step.keepsState() ? true : null);
    put(map, "retry", step.retry().equals(Retry.NONE) ? null : retry(step.retry()));
    return map;
  }

  private static Map<String, @Nullable Object> input(String name, InputRef input) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", name);
    map.put("step", input.step().value());
    put(map, "output", input.output());
    return map;
  }

  private static Map<String, @Nullable Object> retry(Retry retry) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("max_attempts", retry.maxAttempts());
    map.put("delay", DurationText.of(retry.delay()));
    map.put("max_delay", DurationText.of(retry.maxDelay()));
    map.put("backoff", retry.backoff().name().toLowerCase(Locale.ROOT));
    return map;
  }

  private static void put(Map<String, @Nullable Object> map, String key, @Nullable Object value) {
    if (value != null) {
      map.put(key, value);
    }
  }

  private static @Nullable String relative(@Nullable String baseDir, Project project) {
    if (baseDir == null) {
      return null;
    }
    String relative = project.folder().relativize(Path.of(baseDir)).toString().replace('\\', '/');
    return relative.isEmpty() ? "." : relative;
  }

  /** Reads what {@link #write} wrote. */
  static List<PlannedStep> read(String source, Mapping manifest, Project project) {
    ProblemLog problems = new ProblemLog(source);
    MappingReader keys = new MappingReader(manifest, problems.of(null));
    if (keys.entry("steps").isEmpty()) {
      keys.problem(manifest.at(), "'steps' is missing");
    }
    List<PlannedStep> steps = new ArrayList<>();
    for (YamlNode node : keys.list("steps").map(Sequence::items).orElse(List.of())) {
      if (node instanceof Mapping map) {
        try {
          steps.add(step(map, new MappingReader(map, problems.of(null)), project));
        } catch (IllegalArgumentException illegal) {
          keys.problem(node.at(), String.valueOf(illegal.getMessage()));
        }
      } else {
        keys.problem(node.at(), "a step must be a map");
      }
    }
    problems.throwIfAny();
    return steps;
  }

  private static PlannedStep step(Mapping map, MappingReader keys, Project project) {
    keys.refuseUnknown(KEYS);
    Set<StepId> needs = new LinkedHashSet<>();
    keys.scalars("needs").orElse(List.of()).forEach(need -> needs.add(new StepId(need.text())));
    Map<String, InputRef> inputs = new LinkedHashMap<>();
    for (YamlNode input : keys.list("inputs").map(Sequence::items).orElse(List.of())) {
      inputs.put(required(input, "name"), input(input));
    }
    return new PlannedStep(
        new StepId(required(map, "id")),
        required(map, "component"),
        keys.map("config").orElse(Mapping.EMPTY).value(),
        needs,
        inputs,
        keys.text("base_dir").map(dir -> absolute(dir, project)).orElse(null),
        resources(keys.map("resources").orElse(Mapping.EMPTY)),
        keys.parsed("timeout", DurationText::parse).orElse(null),
        keys.map("retry").map(ManifestSteps::retry).orElse(Retry.NONE),
        keys.text("connection").map(text -> connection(text, keys)).orElse(null),
        keys.flag("keeps_state").orElse(false),
        null);
  }

  private static PlannedConnection connection(String text, MappingReader keys) {
    ConnectionRef reference =
        ConnectionRef.parse(text)
            .orElseThrow(
                () -> new IllegalArgumentException("'connection' must be \"@family.alias\""));
    Map<String, Object> overrides = new LinkedHashMap<>();
    keys.map("connection_overrides")
        .ifPresent(map ->
            map.value()
                .forEach((name, value) -> overrides.put(name, Objects.requireNonNull(value))));
    return new PlannedConnection(reference, overrides, null);
  }

  private static InputRef input(YamlNode input) {
    String output = text(input, "output").orElse(null);
    return new InputRef(new StepId(required(input, "step")), output);
  }

  private static StepSpec.Resources resources(Mapping map) {
    Object memory = map.entry("memory_bytes").map(entry -> entry.value().value()).orElse(null);
    Object threads = map.entry("threads").map(entry -> entry.value().value()).orElse(null);
    return new StepSpec.Resources(
        memory instanceof Long bytes ? new ByteSize(bytes) : null,
        threads instanceof Long count ? Math.toIntExact(count) : null);
  }

  private static Retry retry(Mapping map) {
    return new Retry(
        Integer.parseInt(required(map, "max_attempts")),
        DurationText.parse(required(map, "delay")),
        DurationText.parse(required(map, "max_delay")),
        Retry.Backoff.valueOf(required(map, "backoff").toUpperCase(Locale.ROOT)));
  }

  private static String absolute(String dir, Project project) {
    return project.folder().resolve(dir).normalize().toString();
  }

  private static String required(YamlNode node, String key) {
    return text(node, key)
        .orElseThrow(() -> new IllegalArgumentException("'" + key + "' is missing"));
  }

  private static Optional<String> text(YamlNode node, String key) {
    return node instanceof Mapping map
        ? map.entry(key)
            .map(YamlNode.Entry::value)
            .filter(Scalar.class::isInstance)
            .map(scalar -> ((Scalar) scalar).text())
        : Optional.empty();
  }
}
