package dev.osiris.host.pipeline;

import dev.osiris.host.yaml.MappingReader;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlDocument;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Sequence;
import dev.osiris.host.yaml.YamlProblem;
import dev.osiris.host.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of a pipeline: OML 0.1.0 in YAML 1.2. Reports everything that is wrong at once.
 */
public final class PipelineParser {

  public static final String OML_VERSION = "0.1.0";
  public static final int MAX_STEPS = 2_000;

  private static final Set<String> ABOUT = Set.of("description", "metadata", "schedule");
  private static final Set<String> KEYS =
      Set.of(
          "oml_version",
          "name",
          "params",
          "profiles",
          "steps",
          "description",
          "metadata",
          "schedule");
  private static final Map<String, String> LEGACY =
      Map.of(
          "version", "write 'oml_version: \"0.1.0\"'",
          "connectors",
              "connections belong in osiris_connections.yaml, and a step names one in its config:"
                  + " 'connection: \"@family.alias\"'",
          "tasks", "write the steps as a list under 'steps'",
          "outputs",
              "a step publishes what its driver makes; to keep it elsewhere, add a writer step");

  private final ProblemLog problems;

  private PipelineParser(ProblemLog problems) {
    this.problems = problems;
  }

  /**
   * Reads a pipeline.
   *
   * @param source the file's name, for messages
   * @throws PipelineException with all problems, in the order of the text
   */
  public static Pipeline parse(String source, String text) {
    return parse(source, YamlReader.read(text));
  }

  /**
   * Reads a pipeline's file.
   *
   * @throws PipelineException with all problems; also when the file cannot be read
   */
  public static Pipeline read(Path file) {
    return parse(file.toString(), YamlReader.read(file));
  }

  private static Pipeline parse(String source, YamlDocument document) {
    ProblemLog problems = new ProblemLog(source);
    if (!(document.root() instanceof Mapping root)) {
      document.problems().forEach(problems.of(null));
      if (document.root() != null) {
        problems.add(
            Position.START, null, "a pipeline is a map with the keys oml_version, name and steps");
      }
      problems.throwIfAny();
      throw new IllegalStateException("a text without root has a problem");
    }
    document.problems().forEach(problem -> problems.of(stepAt(root, problem)).accept(problem));
    Pipeline pipeline = new PipelineParser(problems).pipeline(source, root);
    problems.throwIfAny(pipeline);
    return pipeline;
  }

  private Pipeline pipeline(String source, Mapping root) {
    MappingReader keys = new MappingReader(root, problems.of(null));
    refuseUnknown(root, keys);
    checkVersion(root, keys);
    ParamsParser params = new ParamsParser(problems);
    return new Pipeline(
        source,
        name(root, keys),
        about(root),
        keys.map("params").map(params::declarations).orElse(Map.of()),
        keys.map("profiles").map(params::profiles).orElse(Map.of()),
        steps(root, keys));
  }

  private void refuseUnknown(Mapping root, MappingReader keys) {
    List<Entry> current = new ArrayList<>();
    for (Entry entry : root.entries()) {
      String instead = LEGACY.get(entry.key());
      if (instead == null) {
        current.add(entry);
      } else {
        keys.problem(
            entry.at(), "key '" + entry.key() + "' is of an older pipeline format: " + instead);
      }
    }
    new MappingReader(new Mapping(root.at(), current), problems.of(null)).refuseUnknown(KEYS);
  }

  private void checkVersion(Mapping root, MappingReader keys) {
    String version = keys.text("oml_version").orElse(null);
    if (version == null) {
      if (keys.entry("oml_version").isEmpty()) {
        keys.problem(root.at(), "'oml_version' is missing; write 'oml_version: \"0.1.0\"'");
      }
    } else if (!version.equals(OML_VERSION)) {
      keys.problem(
          keys.entry("oml_version").orElseThrow().at(),
          "'oml_version' must be \"" + OML_VERSION + "\"");
    }
  }

  private String name(Mapping root, MappingReader keys) {
    if (keys.entry("name").isEmpty()) {
      keys.problem(root.at(), "'name' is missing");
      return "";
    }
    String name = keys.text("name").orElse("?");
    if (name.isBlank() || name.length() > 200 || name.chars().anyMatch(Character::isISOControl)) {
      keys.problem(
          keys.entry("name").orElseThrow().at(), "'name' must be 1 to 200 characters in one line");
    }
    return name;
  }

  private static Map<String, YamlNode> about(Mapping root) {
    Map<String, YamlNode> about = new LinkedHashMap<>();
    root.entries().stream()
        .filter(entry -> ABOUT.contains(entry.key()))
        .forEach(entry -> about.put(entry.key(), entry.value()));
    return about;
  }

  private List<PipelineStep> steps(Mapping root, MappingReader keys) {
    if (keys.entry("steps").isEmpty()) {
      keys.problem(root.at(), "'steps' is missing");
      return List.of();
    }
    List<YamlNode> items = keys.list("steps").map(Sequence::items).orElse(null);
    if (items == null) {
      return List.of();
    }
    Position at = keys.entry("steps").orElseThrow().at();
    if (items.isEmpty()) {
      keys.problem(at, "'steps' is empty; a pipeline has at least one step");
    }
    if (items.size() > MAX_STEPS) {
      keys.problem(
          at, "a pipeline has at most " + MAX_STEPS + " steps, and this one has " + items.size());
      return List.of();
    }
    return new StepLinker(problems).link(drafts(items));
  }

  private List<StepDraft> drafts(List<YamlNode> items) {
    List<StepDraft> drafts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Mapping step) {
        drafts.add(new StepParser(step, i + 1, problems).draft());
      } else {
        YamlNode item = items.get(i);
        problems.add(item.at(), "#" + (i + 1), "a step must be a map, and this is " + item.kind());
      }
    }
    return drafts;
  }

  /** The step in whose lines a problem of the text lies, as it calls itself; for messages. */
  private static @Nullable String stepAt(Mapping root, YamlProblem problem) {
    Entry steps = root.entry("steps").orElse(null);
    if (steps == null || !(steps.value() instanceof Sequence list)) {
      return null;
    }
    int line = problem.at().line();
    boolean after =
        root.entries().stream()
            .anyMatch(e -> e.at().line() > steps.at().line() && e.at().line() <= line);
    if (line < steps.at().line() || after) {
      return null;
    }
    String step = null;
    for (int i = 0; i < list.items().size() && list.items().get(i).at().line() <= line; i++) {
      step = list.items().get(i) instanceof Mapping map ? StepDraft.label(map, i + 1) : null;
    }
    return step;
  }
}
