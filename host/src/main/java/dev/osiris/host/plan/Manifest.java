package dev.osiris.host.plan;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.host.config.Project;
import dev.osiris.host.pipeline.PipelineException;
import dev.osiris.host.pipeline.PipelineProblem;
import dev.osiris.host.yaml.CanonicalYaml;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlDocument;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A plan as canonical YAML with its fingerprint. It holds no secret and no absolute path of this
 * machine but those that the pipeline itself writes, so equal inputs give equal bytes everywhere.
 *
 * @param fingerprint {@code sha256:…} over the canonical text without the fingerprint itself
 * @param components fingerprint of each component used; {@code unknown} for those that only the
 *     worker knows
 */
public record Manifest(Plan plan, String fingerprint, Map<String, String> components, String text) {

  /** What this build writes; it reads this version and the one before. */
  public static final int VERSION = 1;

  private static final int OLDEST = 1;
  private static final String FINGERPRINT = "fingerprint";
  private static final String MANIFEST_VERSION = "manifest_version";

  public Manifest {
    components = Map.copyOf(components);
  }

  /** The manifest of a plan. */
  public static Manifest of(Plan plan, ComponentCatalog catalog, Project project) {
    Map<String, String> components = new TreeMap<>();
    for (PlannedStep step : plan.steps()) {
      components.put(
          step.component(),
          catalog.find(step.component()).map(ComponentFingerprint::of).orElse("unknown"));
    }
    Map<String, @Nullable Object> content = new LinkedHashMap<>();
    content.put(MANIFEST_VERSION, VERSION);
    content.put("pipeline", plan.pipeline());
    content.put("components", components);
    content.put("steps", ManifestSteps.write(plan.steps(), project));
    String fingerprint = fingerprint(content);
    content.put(FINGERPRINT, fingerprint);
    return new Manifest(plan, fingerprint, components, CanonicalYaml.write(content));
  }

  /**
   * Reads a manifest and checks that nobody has changed what it says.
   *
   * @param source the file's name, for messages
   * @param project where its relative folders begin
   * @throws PipelineException when it is of another version, was edited, or lacks something
   */
  public static Manifest read(String source, String text, Project project) {
    YamlDocument document = YamlReader.readLarge(text);
    if (!document.problems().isEmpty() || !(document.root() instanceof Mapping root)) {
      throw new PipelineException(unreadable(source, document));
    }
    checkVersion(source, root);
    Map<String, @Nullable Object> content = new LinkedHashMap<>(root.value());
    Object written = content.remove(FINGERPRINT);
    String actual = fingerprint(content);
    if (!actual.equals(written)) {
      throw refused(
          source,
          root,
          FINGERPRINT,
          "the manifest was edited: it says '"
              + FINGERPRINT
              + ": "
              + written
              + "', and its content has "
              + actual
              + "; run the pipeline's own file instead");
    }
    Map<String, String> components = new TreeMap<>();
    if (content.get("components") instanceof Map<?, ?> map) {
      map.forEach((name, print) -> components.put("" + name, "" + print));
    }
    List<PlannedStep> steps = ManifestSteps.read(source, root, project);
    return new Manifest(
        new Plan(String.valueOf(content.get("pipeline")), steps), actual, components, text);
  }

  private static void checkVersion(String source, Mapping root) {
    Object version = root.entry(MANIFEST_VERSION).map(entry -> entry.value().value()).orElse(null);
    boolean readable = version instanceof Long number && number >= OLDEST && number <= VERSION;
    if (!readable) {
      throw refused(
          source,
          root,
          MANIFEST_VERSION,
          "the manifest has version "
              + version
              + ", and this build reads "
              + OLDEST
              + " to "
              + VERSION);
    }
  }

  private static PipelineException refused(
      String source, Mapping root, String key, String message) {
    Position at = root.entry(key).map(Entry::at).orElse(root.at());
    return new PipelineException(List.of(new PipelineProblem(source, at, null, message)));
  }

  private static List<PipelineProblem> unreadable(String source, YamlDocument document) {
    List<PipelineProblem> problems = new ArrayList<>();
    document
        .problems()
        .forEach(p -> problems.add(new PipelineProblem(source, p.at(), null, p.message())));
    if (problems.isEmpty()) {
      problems.add(new PipelineProblem(source, Position.START, null, "a manifest is a map"));
    }
    return problems;
  }

  private static String fingerprint(Map<String, @Nullable Object> content) {
    return CanonicalYaml.sha256(CanonicalYaml.write(content));
  }
}
