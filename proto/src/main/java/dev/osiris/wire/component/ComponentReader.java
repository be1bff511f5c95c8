package dev.osiris.wire.component;

import dev.osiris.component.ComponentKind;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ComponentSpec.Inputs;
import dev.osiris.component.ConfigField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a component's description. */
public final class ComponentReader {

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9][a-z0-9_-]*(\\.[a-z0-9][a-z0-9_-]*)*");
  private static final int MAX_NAME = 128;
  private static final List<String> KEYS =
      List.of(
          "name",
          "version",
          "spi_version",
          "kind",
          "summary",
          "inputs",
          "exactly_one_of",
          "fields");
  private static final List<String> REQUIRED =
      List.of("name", "version", "spi_version", "kind", "summary", "inputs");

  private ComponentReader() {}

  /**
   * Reads a document and appends all that is wrong to {@code problems}.
   *
   * @return {@code null} only when there are problems
   */
  public static @Nullable ComponentSpec read(String text, List<YamlProblem> problems) {
    Yaml root = YamlReader.read(text, problems);
    if (root == null) {
      return null;
    }
    if (!(root instanceof Yaml.Mapping document)) {
      problems.add(
          new YamlProblem(root.line(), "the document must be a map, and is " + root.form()));
      return null;
    }
    MappingReader reader = new MappingReader(document, KEYS, problems);
    REQUIRED.forEach(reader::require);
    String name = name(reader);
    ComponentKind kind =
        word(reader, "kind", words(ComponentKind.values()), ComponentKind.PROCESSOR);
    Inputs inputs = word(reader, "inputs", words(Inputs.values()), Inputs.NONE);
    List<ConfigField> fields = fields(reader, document, problems);
    List<List<String>> groups = groups(reader, fields);
    return new ComponentSpec(
        name,
        reader.literal("version"),
        spiVersion(reader),
        kind,
        reader.text("summary"),
        inputs,
        fields,
        groups);
  }

  private static String name(MappingReader reader) {
    String name = reader.text("name");
    if (!name.isEmpty() && (name.length() > MAX_NAME || !NAME.matcher(name).matches())) {
      reader.problem(
          reader.line("name"),
          "'name' must be words of lower-case letters, digits, '_' and '-' joined by dots, at most "
              + MAX_NAME
              + " characters");
    }
    return name;
  }

  private static int spiVersion(MappingReader reader) {
    Long version = reader.integer("spi_version");
    if (version != null && (version < 1 || version > Short.MAX_VALUE)) {
      reader.problem(reader.line("spi_version"), "'spi_version' must be 1 or more");
    }
    return version == null ? 0 : version.intValue();
  }

  private static List<ConfigField> fields(
      MappingReader reader, Yaml.Mapping document, List<YamlProblem> problems) {
    if (!document.entries().containsKey("fields")) {
      reader.problem(document.line(), "'fields' is required; write {} when there are none");
    }
    Map<String, Yaml.Entry> entries = reader.entries("fields");
    List<ConfigField> fields = new ArrayList<>();
    Map<String, Integer> spellings = new HashMap<>();
    entries.forEach((key, entry) -> {
      if (!(entry.value() instanceof Yaml.Mapping body)) {
        reader.problem(entry.line(), "field '" + key + "' must be a map with 'type' and so on");
        return;
      }
      ConfigField field = FieldReader.read(key, entry.line(), body, entries.keySet(), problems);
      fields.add(field);
      claim(reader, spellings, key, entry.line());
      field.aliases().forEach(alias -> claim(reader, spellings, alias, entry.line()));
    });
    return fields;
  }

  private static void claim(
      MappingReader reader, Map<String, Integer> spellings, String spelling, int line) {
    Integer earlier = spellings.putIfAbsent(spelling, line);
    if (earlier != null) {
      reader.problem(line, "'" + spelling + "' is already a field or alias on line " + earlier);
    }
  }

  private static List<List<String>> groups(MappingReader reader, List<ConfigField> fields) {
    List<String> names = fields.stream().map(ConfigField::name).toList();
    List<List<String>> groups = new ArrayList<>();
    for (Yaml item : reader.items("exactly_one_of")) {
      List<String> group = reader.texts("exactly_one_of", item);
      if (item instanceof Yaml.Sequence && group.size() < 2) {
        reader.problem(item.line(), "a group of 'exactly_one_of' needs two keys or more");
      }
      for (String key : group) {
        if (!names.contains(key)) {
          reader.problem(item.line(), "'exactly_one_of' names '" + key + "', which is no field");
        }
      }
      groups.add(group);
    }
    return groups;
  }

  private static <T> T word(MappingReader reader, String key, Map<String, T> words, T otherwise) {
    Yaml value = reader.find(key);
    return value == null ? otherwise : reader.word(key, value, words).orElse(otherwise);
  }

  private static <E extends Enum<E>> Map<String, E> words(E[] values) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E value : values) {
      words.put(value.name().toLowerCase(Locale.ROOT), value);
    }
    return words;
  }
}
