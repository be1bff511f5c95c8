package dev.osiris.wire.component;

import dev.osiris.component.ComponentKind;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigField;
import dev.osiris.component.ConfigValidator;
import dev.osiris.component.FieldType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code fields}. */
final class FieldReader {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

  /** The keys of a field. */
  static final List<String> KEYS =
      List.of(
          "type",
          "elements",
          "required",
          "default",
          "secret",
          "allowed",
          "min",
          "max",
          "required_if",
          "aliases",
          "refused",
          "description");

  private static final Set<FieldType> COLLECTIONS = Set.of(FieldType.LIST, FieldType.MAP);
  private static final Set<FieldType> BOUNDED =
      Set.of(FieldType.INTEGER, FieldType.NUMBER, FieldType.LIST);
  private static final Map<String, FieldType> TYPES = types();

  private final String name;
  private final int line;
  private final MappingReader reader;

  private FieldReader(String name, int line, MappingReader reader) {
    this.name = name;
    this.line = line;
    this.reader = reader;
  }

  /**
   * Reads the field, whatever its state.
   *
   * @param line of its name
   * @param siblings names of all fields of the component
   */
  static ConfigField read(
      String name, int line, Yaml.Mapping body, Set<String> siblings, List<YamlProblem> problems) {
    return read(name, line, new MappingReader(body, KEYS, problems), siblings);
  }

  /** Reads the field of a reader that knows {@link #KEYS}, and perhaps more. */
  static ConfigField read(String name, int line, MappingReader reader, Set<String> siblings) {
    return new FieldReader(name, line, reader).read(siblings);
  }

  private ConfigField read(Set<String> siblings) {
    if (!NAME.matcher(name).matches()) {
      problem("must begin with a letter and hold only letters, digits, '_' and '-'");
    }
    ConfigField field =
        new ConfigField(
            name,
            fieldTypes(),
            elements(),
            reader.flag("required"),
            defaultValue(),
            reader.flag("secret"),
            reader.literals("allowed"),
            reader.integer("min"),
            reader.integer("max"),
            requiredIf(siblings),
            reader.texts("aliases"),
            reader.text("refused"),
            reader.text("description"));
    check(field);
    return field;
  }

  private void check(ConfigField field) {
    Long min = field.min();
    Long max = field.max();
    if (min != null && max != null && min > max) {
      problem("has a 'min' above its 'max'");
    }
    if (!field.refused().isEmpty()) {
      return;
    }
    if (field.types().isEmpty() && !reader.has("type")) {
      problem("needs a 'type': " + String.join(", ", TYPES.keySet()));
    }
    if (field.description().isEmpty()) {
      problem("needs a 'description'");
    }
    if (field.elements() != null && field.types().stream().noneMatch(COLLECTIONS::contains)) {
      problem("has 'elements', which needs type list or map");
    }
    if ((min != null || max != null) && field.types().stream().noneMatch(BOUNDED::contains)) {
      problem("has 'min' or 'max', which needs type integer, number or list");
    }
    if (field.required() && (reader.has("default") || reader.has("required_if"))) {
      problem("is 'required', which excludes 'default' and 'required_if'");
    }
    if (field.secret() && reader.has("default")) {
      problem("is 'secret', which excludes 'default'");
    }
    checkDefault(field);
  }

  /** A default is held to the same rules as a value of a pipeline. */
  private void checkDefault(ConfigField field) {
    Object value = field.defaultValue();
    if (value == null || field.types().isEmpty()) {
      return;
    }
    ComponentSpec probe =
        new ComponentSpec(
            name,
            "1",
            1,
            ComponentKind.PROCESSOR,
            "",
            ComponentSpec.Inputs.NONE,
            List.of(unconditional(field)),
            List.of());
    ConfigValidator.problems(probe, Map.of(name, value))
        .forEach(found ->
            reader.problem(
                reader.line("default"), "the default of '" + found.key() + "' " + found.message()));
  }

  private static ConfigField unconditional(ConfigField field) {
    return new ConfigField(
        field.name(),
        field.types(),
        field.elements(),
        false,
        null,
        field.secret(),
        field.allowed(),
        field.min(),
        field.max(),
        Map.of(),
        List.of(),
        "",
        "");
  }

  private List<FieldType> fieldTypes() {
    Yaml type = reader.find("type");
    if (type == null) {
      return List.of();
    }
    List<Yaml> words = type instanceof Yaml.Sequence sequence ? sequence.items() : List.of(type);
    List<FieldType> types = new ArrayList<>();
    words.forEach(word -> reader.word("type", word, TYPES).ifPresent(types::add));
    return types;
  }

  private @Nullable FieldType elements() {
    Yaml elements = reader.find("elements");
    return elements == null ? null : reader.word("elements", elements, TYPES).orElse(null);
  }

  private @Nullable Object defaultValue() {
    Yaml value = reader.find("default");
    return value == null ? null : value.plain();
  }

  private Map<String, Object> requiredIf(Set<String> siblings) {
    Map<String, Object> conditions = new LinkedHashMap<>();
    reader
        .entries("required_if")
        .forEach((key, entry) -> {
          Object value = entry.value().plain();
          if (!siblings.contains(key) || key.equals(name)) {
            reader.problem(
                entry.line(), "'required_if' names '" + key + "', which is no other field");
          } else if (value == null || !(entry.value() instanceof Yaml.Scalar)) {
            reader.problem(entry.line(), "'required_if' needs one value for '" + key + "'");
          } else {
            conditions.put(key, value);
          }
        });
    return conditions;
  }

  private void problem(String message) {
    reader.problem(line, "field '" + name + "' " + message);
  }

  private static Map<String, FieldType> types() {
    Map<String, FieldType> types = new LinkedHashMap<>();
    for (FieldType type : FieldType.values()) {
      types.put(type.word(), type);
    }
    return types;
  }
}
