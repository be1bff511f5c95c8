package dev.osiris.component;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds a step's configuration against its component: all problems at once, then defaults. Pure
 * functions.
 */
public final class ConfigValidator {

  private ConfigValidator() {}

  /** Everything that is wrong, in the order of the configuration; empty when it is valid. */
  public static List<ConfigProblem> problems(
      ComponentSpec spec, Map<String, @Nullable Object> config) {
    List<ConfigProblem> problems = new ArrayList<>();
    config.forEach((key, value) -> checkKey(spec, key, value, problems));
    for (ConfigField field : spec.fields()) {
      checkPresence(spec, field, config, problems);
    }
    for (List<String> group : spec.exactlyOneOf()) {
      long given = group.stream().filter(key -> given(spec, key, config)).count();
      if (given != 1) {
        problems.add(
            new ConfigProblem(
                String.join("' or '", group),
                given == 0
                    ? "is required; give one of them"
                    : "exclude each other; give only one"));
      }
    }
    return problems;
  }

  /**
   * The configuration under its own names, with the defaults of absent keys filled in; the input
   * must be valid.
   */
  public static Map<String, @Nullable Object> withDefaults(
      ComponentSpec spec, Map<String, @Nullable Object> config) {
    Map<String, @Nullable Object> complete = new LinkedHashMap<>();
    for (ConfigField field : spec.fields()) {
      Object value = value(field, config);
      if (value != null) {
        complete.put(field.name(), value);
      } else if (field.defaultValue() != null) {
        complete.put(field.name(), field.defaultValue());
      }
    }
    return complete;
  }

  private static void checkKey(
      ComponentSpec spec, String key, @Nullable Object value, List<ConfigProblem> problems) {
    ConfigField field = spec.field(key).orElse(null);
    if (field == null) {
      List<String> names = spec.fields().stream().map(ConfigField::name).toList();
      problems.add(
          new ConfigProblem(key, "is not known to " + spec.name() + Suggestion.phrase(key, names)));
    } else if (!field.refused().isEmpty()) {
      problems.add(new ConfigProblem(key, "is not accepted: " + field.refused()));
    } else if (value != null) {
      checkValue(field, key, value, problems);
    }
  }

  private static void checkValue(
      ConfigField field, String key, Object value, List<ConfigProblem> problems) {
    if (field.types().stream().noneMatch(type -> type.accepts(value))) {
      problems.add(new ConfigProblem(key, "must be " + describe(field)));
      return;
    }
    if (!field.allowed().isEmpty()
        && field.allowed().stream().noneMatch(word -> word.equalsIgnoreCase(value.toString()))) {
      problems.add(
          new ConfigProblem(
              key,
              "must be one of "
                  + String.join(", ", field.allowed())
                  + Suggestion.phrase(value.toString(), field.allowed())));
    }
    if (value instanceof Number number) {
      checkRange(field, key, number.doubleValue(), problems);
    }
    if (value instanceof List<?> list) {
      if (field.min() != null && list.size() < field.min()) {
        problems.add(new ConfigProblem(key, "must have at least " + field.min() + " elements"));
      }
      for (int i = 0; i < list.size(); i++) {
        checkElement(field, key + "[" + i + "]", list.get(i), problems);
      }
    }
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, element) -> checkElement(field, key + "." + name, element, problems));
    }
  }

  private static void checkElement(
      ConfigField field, String key, @Nullable Object element, List<ConfigProblem> problems) {
    FieldType type = field.elements();
    if (type != null && (element == null || !type.accepts(element))) {
      problems.add(new ConfigProblem(key, "must be " + type.description()));
    }
  }

  private static void checkRange(
      ConfigField field, String key, double number, List<ConfigProblem> problems) {
    if (field.min() != null && number < field.min()) {
      problems.add(new ConfigProblem(key, "must be at least " + field.min()));
    }
    if (field.max() != null && number > field.max()) {
      problems.add(new ConfigProblem(key, "must be at most " + field.max()));
    }
  }

  private static void checkPresence(
      ComponentSpec spec,
      ConfigField field,
      Map<String, @Nullable Object> config,
      List<ConfigProblem> problems) {
    if (given(spec, field.name(), config)) {
      return;
    }
    if (field.required()) {
      problems.add(new ConfigProblem(field.name(), "is required: " + field.description()));
    } else if (!field.requiredIf().isEmpty()
        && field.requiredIf().entrySet().stream().allMatch(rule -> holds(spec, rule, config))) {
      problems.add(new ConfigProblem(field.name(), "is required when " + conditions(field)));
    }
  }

  private static boolean holds(
      ComponentSpec spec, Map.Entry<String, Object> rule, Map<String, @Nullable Object> config) {
    ConfigField other = spec.field(rule.getKey()).orElseThrow();
    Object value = value(other, config);
    Object effective = value == null ? other.defaultValue() : value;
    return effective != null && effective.toString().equalsIgnoreCase(rule.getValue().toString());
  }

  private static boolean given(
      ComponentSpec spec, String key, Map<String, @Nullable Object> config) {
    return spec.field(key).map(field -> value(field, config) != null).orElse(false);
  }

  private static @Nullable Object value(ConfigField field, Map<String, @Nullable Object> config) {
    Object value = config.get(field.name());
    for (String alias : field.aliases()) {
      value = value == null ? config.get(alias) : value;
    }
    return value;
  }

  private static String conditions(ConfigField field) {
    return String.join(
        " and ",
        field.requiredIf().entrySet().stream()
            .map(rule -> rule.getKey() + " is " + rule.getValue())
            .sorted()
            .toList());
  }

  private static String describe(ConfigField field) {
    return String.join(
            " or ", field.types().stream().map(FieldType::description).distinct().toList())
        .toLowerCase(Locale.ROOT);
  }
}
