package dev.osiris.host.pipeline;

import dev.osiris.component.ComponentKind;
import dev.osiris.host.yaml.MappingReader;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the keys of one step. */
final class StepParser {

  private static final String DISCOVER = "discover";
  private static final String EXTRACTOR = ".extractor";
  private static final Set<String> KEYS =
      Set.of(
          "id",
          "component",
          "mode",
          "needs",
          "inputs",
          "config",
          "resources",
          "retry",
          "timeout",
          "description",
          "metadata");
  private static final Map<String, String> LEGACY =
      Map.of(
          "uses", "write 'component'",
          "driver", "write 'component'",
          "with", "write 'config'",
          "connection", "write it inside of 'config'",
          "outputs", "a step publishes what its driver makes; leave the key out");

  private static final int MAX_ATTEMPTS = 100;

  private final Mapping step;
  private final String label;
  private final ProblemLog problems;
  private final MappingReader keys;

  StepParser(Mapping step, int number, ProblemLog problems) {
    this.step = step;
    this.label = StepDraft.label(step, number);
    this.problems = problems;
    this.keys = new MappingReader(step, problems.of(label));
  }

  StepDraft draft() {
    refuseUnknown();
    boolean discovers = keys.text("mode").filter(DISCOVER::equalsIgnoreCase).isPresent();
    return new StepDraft(
        label,
        id(),
        new PipelineStep.Places(
            place("id"),
            place("component"),
            place("mode"),
            place("needs"),
            place("inputs"),
            place("config")),
        discovers ? discovering(component()) : component(),
        discovers,
        mode(),
        keys.scalars("needs").orElse(null),
        inputs(),
        keys.map("config").orElse(Mapping.EMPTY),
        keys.map("resources").map(this::resources).orElse(StepSpec.Resources.DEFAULT),
        retry(),
        keys.parsed("timeout", StepParser::positive).orElse(null));
  }

  private Position place(String key) {
    return step.entry(key).map(Entry::at).orElse(step.at());
  }

  private void refuseUnknown() {
    List<Entry> current = new ArrayList<>();
    for (Entry entry : step.entries()) {
      String instead = LEGACY.get(entry.key());
      if (instead == null) {
        current.add(entry);
      } else {
        keys.problem(entry.at(), "key '" + entry.key() + "' is not a key of a step: " + instead);
      }
    }
    new MappingReader(new Mapping(step.at(), current), problems.of(label)).refuseUnknown(KEYS);
  }

  private @Nullable Scalar id() {
    Entry entry = keys.entry("id").orElse(null);
    if (entry == null) {
      keys.problem(step.at(), "'id' is missing");
      return null;
    }
    String text = keys.text("id").orElse(null);
    if (text == null) {
      return null;
    }
    StepId.problem(text).ifPresent(problem -> keys.problem(entry.at(), "the step id " + problem));
    return (Scalar) entry.value();
  }

  private String component() {
    if (keys.entry("component").isEmpty()) {
      keys.problem(step.at(), "'component' is missing");
    }
    return keys.text("component").orElse("");
  }

  /** The component that lists what an extractor could read. */
  private String discovering(String component) {
    if (component.endsWith(EXTRACTOR)) {
      return component.substring(0, component.length() - EXTRACTOR.length()) + "." + DISCOVER;
    }
    keys.problem(
        place("mode"),
        "'mode: discover' goes with components that are called '<family>.extractor', and this is '"
            + component
            + "'");
    return component;
  }

  private @Nullable ComponentKind mode() {
    return keys.parsed(
            "mode",
            word ->
                switch (word.toLowerCase(Locale.ROOT)) {
                  case "read", "extract", DISCOVER -> ComponentKind.EXTRACTOR;
                  case "transform" -> ComponentKind.PROCESSOR;
                  case "write" -> ComponentKind.WRITER;
                  default ->
                      throw new IllegalArgumentException(
                          "must be read, transform, write or discover");
                })
        .orElse(null);
  }

  private @Nullable Mapping inputs() {
    Entry entry = keys.entry("inputs").orElse(null);
    if (entry == null || entry.value() instanceof Mapping) {
      return entry == null ? null : (Mapping) entry.value();
    }
    keys.problem(
        entry.at(),
        "'inputs' must be a map of names, such as 'inputs: {left: a, right: b}'; to read steps under"
            + " their own ids write 'needs: [a, b]'");
    return null;
  }

  private StepSpec.Resources resources(Mapping map) {
    MappingReader resources = new MappingReader(map, problems.of(label));
    resources.refuseUnknown(Set.of("memory", "threads"));
    ByteSize memory = resources.parsed("memory", ByteSize::parse).orElse(null);
    Long threads = resources.integer("threads", 1, 1024).orElse(null);
    return new StepSpec.Resources(memory, threads == null ? null : threads.intValue());
  }

  private Retry retry() {
    Entry entry = keys.entry("retry").orElse(null);
    if (entry == null) {
      return Retry.NONE;
    }
    if (entry.value() instanceof Scalar) {
      return withAttempts(keys.integer("retry", 1, MAX_ATTEMPTS));
    }
    Mapping map = keys.map("retry").orElse(Mapping.EMPTY);
    MappingReader retry = new MappingReader(map, problems.of(label));
    retry.refuseUnknown(Set.of("max_attempts", "delay", "max_delay", "backoff"));
    Retry.Backoff backoff =
        retry.parsed("backoff", StepParser::backoff).orElse(Retry.NONE.backoff());
    return new Retry(
        withAttempts(retry.integer("max_attempts", 1, MAX_ATTEMPTS)).maxAttempts(),
        retry.parsed("delay", DurationText::parse).orElse(Retry.NONE.delay()),
        retry.parsed("max_delay", DurationText::parse).orElse(Retry.NONE.maxDelay()),
        backoff);
  }

  private static Retry withAttempts(Optional<Long> attempts) {
    Retry none = Retry.NONE;
    return new Retry(
        attempts.map(Long::intValue).orElse(none.maxAttempts()),
        none.delay(),
        none.maxDelay(),
        none.backoff());
  }

  private static Retry.Backoff backoff(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "none" -> Retry.Backoff.NONE;
      case "linear" -> Retry.Backoff.LINEAR;
      case "exponential" -> Retry.Backoff.EXPONENTIAL;
      default -> throw new IllegalArgumentException("must be none, linear or exponential");
    };
  }

  private static Duration positive(String text) {
    Duration duration = DurationText.parse(text);
    if (duration.isZero()) {
      throw new IllegalArgumentException("must be longer than nothing; leave it out for no limit");
    }
    return duration;
  }
}
