package dev.osiris.wire.component;

import dev.osiris.component.ComponentKind;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ComponentSpec.Inputs;
import dev.osiris.component.ConfigField;
import dev.osiris.component.ConnectionUse;
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
          "connection",
          "keeps_state",
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
    Yaml.Mapping document = document(text, problems);
    if (document == null) {
      return null;
    }
    MappingReader reader = new MappingReader(document, KEYS, problems);
    REQUIRED.forEach(reader::require);
    String name = name(reader, "name");
    ComponentKind kind =
        word(reader, "kind", words(ComponentKind.values()), ComponentKind.PROCESSOR);
    Inputs inputs = word(reader, "inputs", words(Inputs.values()), Inputs.NONE);
    FieldList<ConfigField> fields = new FieldList<>(reader, document.line());
    fields.read(
        (key, entry, body, siblings) ->
            FieldReader.read(key, entry.line(), body, siblings, problems),
        field -> field);
    return new ComponentSpec(
        name,
        reader.literal("version"),
        spiVersion(reader),
        kind,
        reader.text("summary"),
        inputs,
        fields.all(),
        fields.exactlyOneOf(),
        connection(reader, problems),
        keepsState(reader, fields.all()));
  }

  /** The document, which is a map; {@code null} with a problem when it is not. */
  static Yaml.@Nullable Mapping document(String text, List<YamlProblem> problems) {
    Yaml root = YamlReader.read(text, problems);
    if (root instanceof Yaml.Mapping document) {
      return document;
    }
    if (root != null) {
      problems.add(
          new YamlProblem(root.line(), "the document must be a map, and is " + root.form()));
    }
    return null;
  }

  /** A name, or an empty text with a problem. */
  static String name(MappingReader reader, String key) {
    String name = reader.text(key);
    if (!name.isEmpty() && (name.length() > MAX_NAME || !NAME.matcher(name).matches())) {
      reader.problem(
          reader.line(key),
          "'"
              + key
              + "' must be words of lower-case letters, digits, '_' and '-' joined by dots, at most "
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

  private static @Nullable ConnectionUse connection(
      MappingReader reader, List<YamlProblem> problems) {
    Yaml value = reader.find("connection");
    if (value instanceof Yaml.Mapping map) {
      MappingReader keys = new MappingReader(map, List.of("family", "required"), problems);
      keys.require("family");
      boolean required = !keys.has("required") || keys.flag("required");
      return new ConnectionUse(name(keys, "family"), required);
    }
    return value == null ? null : new ConnectionUse(name(reader, "connection"), true);
  }

  private static @Nullable String keepsState(MappingReader reader, List<ConfigField> fields) {
    if (!reader.has("keeps_state")) {
      return null;
    }
    String key = reader.text("keeps_state");
    if (!key.isEmpty() && fields.stream().noneMatch(field -> field.name().equals(key))) {
      reader.problem(reader.line("keeps_state"), "'keeps_state' must be the name of a field");
    }
    return key;
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
