package dev.osiris.host.param;

import dev.osiris.host.pipeline.ProblemLog;
import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.host.yaml.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills parameters into the configurations of one pipeline. {@code ${params.x}} as a whole value
 * has the type of the parameter; inside of a text it is the parameter's text. {@code $${params.x}}
 * is the text {@code ${params.x}}. Braces that cannot be a reference, such as in {@code $${"a":
 * 1}$$}, are left alone.
 */
public final class ConfigReferences {

  private static final Pattern REFERENCE =
      Pattern.compile("\\$(\\$?)\\{\\s*([\\p{L}_][^{}\"'\\n]*)}");
  private static final String PARAMS = "params.";

  /** Characters that parameters may add to all configurations of a pipeline together. */
  private static final long MAX_FILLED = 8L << 20;

  private final Map<String, YamlNode> values;
  private final Set<String> known;
  private final ProblemLog problems;
  private final Set<String> used = new TreeSet<>();
  private long filled;

  /**
   * Begins.
   *
   * @param declared names that exist, with or without a value
   */
  public ConfigReferences(
      Map<String, YamlNode> values, Collection<String> declared, ProblemLog problems) {
    this.values = values;
    this.known = new TreeSet<>(declared);
    this.known.addAll(values.keySet());
    this.problems = problems;
  }

  /** Adds the names of the parameters that a configuration refers to. */
  static void paramsIn(YamlNode node, Set<String> names) {
    switch (node) {
      case Mapping map -> map.entries().forEach(entry -> paramsIn(entry.value(), names));
      case Sequence list -> list.items().forEach(item -> paramsIn(item, names));
      case Scalar scalar -> {
        Matcher matcher = REFERENCE.matcher(scalar.text());
        while (matcher.find()) {
          String inner = matcher.group(2).strip();
          if (matcher.group(1).isEmpty() && inner.startsWith(PARAMS)) {
            names.add(inner.substring(PARAMS.length()));
          }
        }
      }
    }
  }

  /** The names that were referred to so far. */
  public Set<String> used() {
    return Collections.unmodifiableSet(used);
  }

  /** A configuration as JSON has it, keys sorted at every level. */
  public Map<String, @Nullable Object> fill(String step, Mapping config) {
    Map<String, @Nullable Object> sorted = new TreeMap<>();
    for (Entry entry : config.entries()) {
      sorted.put(entry.key(), value(step, entry.at(), entry.value()));
    }
    return Collections.unmodifiableMap(new LinkedHashMap<>(sorted));
  }

  private @Nullable Object value(String step, Position at, YamlNode node) {
    return switch (node) {
      case Mapping map -> fill(step, map);
      case Sequence list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.items().forEach(item -> items.add(value(step, item.at(), item)));
        yield Collections.unmodifiableList(items);
      }
      case Scalar scalar ->
          scalar.value() instanceof String text ? text(step, at, text) : scalar.value();
    };
  }

  private @Nullable Object text(String step, Position at, String text) {
    Matcher matcher = REFERENCE.matcher(text);
    if (matcher.matches() && matcher.group(1).isEmpty()) {
      YamlNode param = param(step, at, matcher.group(2).strip());
      return param == null ? text : sorted(param);
    }
    StringBuilder filled = new StringBuilder();
    matcher.reset();
    while (matcher.find()) {
      String replacement =
          matcher.group(1).isEmpty()
              ? inText(step, at, matcher.group(2).strip())
              : matcher.group().substring(1);
      matcher.appendReplacement(filled, Matcher.quoteReplacement(replacement));
    }
    return matcher.appendTail(filled).toString();
  }

  private @Nullable Object sorted(YamlNode param) {
    // A parameter's own text is not searched for references: its value is the end of it.
    return switch (param) {
      case Scalar scalar -> scalar.value();
      case Sequence list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.items().forEach(item -> items.add(sorted(item)));
        yield Collections.unmodifiableList(items);
      }
      case Mapping map -> {
        Map<String, @Nullable Object> entries = new TreeMap<>();
        map.entries().forEach(entry -> entries.put(entry.key(), sorted(entry.value())));
        yield Collections.unmodifiableMap(new LinkedHashMap<>(entries));
      }
    };
  }

  private String inText(String step, Position at, String inner) {
    YamlNode param = param(step, at, inner);
    if (param == null || param instanceof Scalar) {
      return param instanceof Scalar scalar ? scalar.text() : "";
    }
    problems.add(
        at,
        step,
        "parameter '"
            + inner.substring(PARAMS.length())
            + "' is "
            + param.kind()
            + " and cannot stand inside of a text");
    return "";
  }

  /** The value referred to, or {@code null} after a problem. */
  private @Nullable YamlNode param(String step, Position at, String inner) {
    if (!inner.startsWith(PARAMS)) {
      problems.add(at, step, foreign(inner));
      return null;
    }
    String name = inner.substring(PARAMS.length());
    used.add(name);
    YamlNode value = values.get(name);
    if (value != null && isTooMuch(step, at, value)) {
      return null;
    }
    if (value == null) {
      String flag = "--param " + name + "=…";
      problems.add(
          at,
          step,
          known.contains(name)
              ? "parameter '" + name + "' has no value; give it with '" + flag + "' or a default"
              : "parameter '" + name + "' is not declared" + problems.suggest(name, known));
    }
    return value;
  }

  private boolean isTooMuch(String step, Position at, YamlNode value) {
    boolean before = filled > MAX_FILLED;
    filled += value instanceof Scalar scalar ? scalar.text().length() : weight(value);
    if (filled > MAX_FILLED && !before) {
      problems.add(at, step, "the parameters make the configurations larger than 8 MiB");
    }
    return filled > MAX_FILLED;
  }

  private static long weight(YamlNode node) {
    return switch (node) {
      case Scalar scalar -> 1 + scalar.text().length();
      case Sequence list -> 1 + list.items().stream().mapToLong(ConfigReferences::weight).sum();
      case Mapping map -> 1 + map.entries().stream().mapToLong(e -> weight(e.value())).sum();
    };
  }

  private String foreign(String inner) {
    String shown = "'${" + inner + "}'";
    if (inner.startsWith("param.") || inner.startsWith("parameters.")) {
      return shown
          + " is not known; parameters are written '${params."
          + inner.substring(inner.indexOf('.') + 1)
          + "}'";
    }
    if (!inner.matches("[A-Za-z_][A-Za-z0-9_]*(:-.*)?")) {
      return shown
          + " is not known; what another step made is read through 'needs' or 'inputs'."
          + " For the characters themselves write '$"
          + shown.substring(1);
    }
    String name = inner.split(":-", 2)[0];
    return shown
        + ": environment variables are read in osiris_connections.yaml only. For a value"
        + " that is no secret write '${params."
        + name.toLowerCase(Locale.ROOT)
        + "}', which OSIRIS_PARAM_"
        + name.toUpperCase(Locale.ROOT)
        + " sets; for the characters themselves write '$"
        + shown.substring(1);
  }
}
