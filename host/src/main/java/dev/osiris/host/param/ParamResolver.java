package dev.osiris.host.param;

import dev.osiris.host.config.HostConfig;
import dev.osiris.host.config.Project;
import dev.osiris.host.pipeline.ParamDeclaration;
import dev.osiris.host.pipeline.ParamDeclaration.Type;
import dev.osiris.host.pipeline.Pipeline;
import dev.osiris.host.pipeline.PipelineProblem;
import dev.osiris.host.pipeline.ProblemLog;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Scalar;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of a pipeline's parameters. From low to high: default, {@code osiris.yaml},
 * environment, profile, flag. Used once.
 */
public final class ParamResolver {

  private final Pipeline pipeline;
  private final HostConfig.Run run;
  private final Map<String, String> environment;
  private final ProblemLog problems;
  private final Map<String, YamlNode> values = new LinkedHashMap<>();

  /**
   * Begins.
   *
   * @param environment for {@code OSIRIS_PARAM_<NAME>}
   */
  public ParamResolver(
      Pipeline pipeline, HostConfig.Run run, Map<String, String> environment, ProblemLog problems) {
    this.pipeline = pipeline;
    this.run = run;
    this.environment = environment;
    this.problems = problems;
  }

  /** Values by name. A parameter that is declared and has no value is missing. */
  public Map<String, YamlNode> resolve() {
    pipeline
        .params()
        .forEach((name, declared) -> {
          if (declared.defaultValue() != null) {
            values.put(name, declared.defaultValue());
          }
        });
    run.projectParams().forEach((name, value) -> put(name, value, Project.SETTINGS));
    environmentNames().forEach(this::fromEnvironment);
    profile().forEach((name, value) -> put(name, value, "profile '" + run.profile() + "'"));
    run.params().forEach((name, text) -> putText(name, text, "--param " + name));
    return values;
  }

  /** What may be given by the environment: also what no file declares, when a step refers to it. */
  private Set<String> environmentNames() {
    Set<String> names = new LinkedHashSet<>(pipeline.params().keySet());
    names.addAll(values.keySet());
    pipeline.steps().forEach(step -> ConfigReferences.paramsIn(step.config(), names));
    return names;
  }

  private void fromEnvironment(String name) {
    for (String variable :
        new String[] {
          "OSIRIS_PARAM_" + name.toUpperCase(Locale.ROOT).replace('-', '_'), "OSIRIS_PARAM_" + name
        }) {
      String text = environment.get(variable);
      if (text != null) {
        putText(name, text, variable);
      }
    }
  }

  private Map<String, YamlNode> profile() {
    String profile = run.profile();
    if (profile == null || pipeline.profiles().isEmpty()) {
      return Map.of();
    }
    Map<String, YamlNode> params = pipeline.profiles().get(profile);
    if (params == null) {
      problems.add(
          new PipelineProblem(
              "profile",
              Position.NONE,
              null,
              "the pipeline has no profile '"
                  + profile
                  + "'"
                  + problems.suggest(profile, pipeline.profiles().keySet())));
      return Map.of();
    }
    return params;
  }

  private void put(String name, YamlNode value, String origin) {
    ParamDeclaration declared = pipeline.params().get(name);
    Type type = type(declared);
    if (type != null && !fits(type, value)) {
      refuse(origin, "parameter '" + name + "' must be " + type.description());
    } else if (checkAllowed(declared, value, origin)) {
      values.put(name, type == Type.STRING && value instanceof Scalar s ? asText(s) : value);
    }
  }

  private void putText(String name, String text, String origin) {
    ParamDeclaration declared = pipeline.params().get(name);
    Type type = type(declared);
    YamlNode value = ParamText.read(text, type);
    if (value == null) {
      refuse(origin, "must be " + (type == null ? "a value" : type.description()));
    } else if (checkAllowed(declared, value, origin)) {
      values.put(name, value);
    }
  }

  /** A number in a file where a text is declared keeps the digits as they are written. */
  private static boolean fits(Type type, YamlNode value) {
    boolean text = type == Type.STRING && value instanceof Scalar scalar && scalar.value() != null;
    return text || Type.of(value).map(type::accepts).orElse(false);
  }

  private static Scalar asText(Scalar scalar) {
    return new Scalar(scalar.at(), scalar.text(), scalar.text());
  }

  private boolean checkAllowed(@Nullable ParamDeclaration declared, YamlNode value, String origin) {
    if (declared == null || declared.allowed().isEmpty()) {
      return true;
    }
    if (value instanceof Scalar scalar && declared.allowed().contains(scalar.text())) {
      return true;
    }
    refuse(
        origin,
        "parameter '"
            + declared.name()
            + "' must be one of "
            + String.join(", ", declared.allowed()));
    return false;
  }

  private static @Nullable Type type(@Nullable ParamDeclaration declared) {
    if (declared == null) {
      return null;
    }
    YamlNode value = declared.defaultValue();
    if (declared.type() != null || value == null) {
      return declared.type();
    }
    // A default of 10 does not say that 10.5 is refused.
    Type own = Type.of(value).orElse(null);
    return own == Type.INTEGER ? Type.NUMBER : own;
  }

  private void refuse(String origin, String message) {
    problems.add(new PipelineProblem(origin, Position.NONE, null, message));
  }
}
