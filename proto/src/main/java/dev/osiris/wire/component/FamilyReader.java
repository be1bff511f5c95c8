package dev.osiris.wire.component;

import dev.osiris.component.ConfigField;
import dev.osiris.component.ConnectionFamily;
import dev.osiris.component.ConnectionField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the description of a family of connections. */
public final class FamilyReader {

  private static final List<String> KEYS =
      List.of("name", "summary", "advice", "exactly_one_of", "fields");
  private static final List<String> FIELD_KEYS =
      Stream.concat(
              FieldReader.KEYS.stream(),
              Stream.of("override", "content_to", "schemes", "default_with", "unused"))
          .toList();
  private static final Map<String, ConnectionField.Override> OVERRIDES =
      Map.of(
          "allowed", ConnectionField.Override.ALLOWED,
          "forbidden", ConnectionField.Override.FORBIDDEN,
          "warning", ConnectionField.Override.WARNING);

  private final List<YamlProblem> problems;

  private FamilyReader(List<YamlProblem> problems) {
    this.problems = problems;
  }

  /**
   * Reads a document and appends all that is wrong to {@code problems}.
   *
   * @return {@code null} only when there are problems
   */
  public static @Nullable ConnectionFamily read(String text, List<YamlProblem> problems) {
    Yaml.Mapping document = ComponentReader.document(text, problems);
    return document == null ? null : new FamilyReader(problems).family(document);
  }

  private ConnectionFamily family(Yaml.Mapping document) {
    MappingReader reader = new MappingReader(document, KEYS, problems);
    reader.require("name");
    reader.require("summary");
    FieldList<ConnectionField> fields = new FieldList<>(reader, document.line());
    fields.read(this::field, ConnectionField::field);
    return new ConnectionFamily(
        ComponentReader.name(reader, "name"),
        reader.text("summary"),
        reader.text("advice"),
        fields.all(),
        fields.exactlyOneOf());
  }

  private ConnectionField field(
      String name, Yaml.Entry entry, Yaml.Mapping body, Set<String> siblings) {
    MappingReader reader = new MappingReader(body, FIELD_KEYS, problems);
    ConfigField field = FieldReader.read(name, entry.line(), reader, siblings);
    Yaml override = reader.find("override");
    String contentTo = reader.text("content_to");
    checkSibling(reader, "content_to", contentTo, siblings);
    Map<String, Object> defaultWith = new LinkedHashMap<>();
    reader
        .entries("default_with")
        .forEach((other, value) -> {
          checkSibling(reader, "default_with", other, siblings);
          Object plain = value.value().plain();
          if (plain == null) {
            reader.problem(value.line(), "'default_with' needs a value for '" + other + "'");
          } else {
            defaultWith.put(other, plain);
          }
        });
    return new ConnectionField(
        field,
        override == null
            ? ConnectionField.Override.FORBIDDEN
            : reader
                .word("override", override, OVERRIDES)
                .orElse(ConnectionField.Override.FORBIDDEN),
        contentTo,
        reader.texts("schemes"),
        defaultWith,
        reader.flag("unused"));
  }

  private static void checkSibling(
      MappingReader reader, String key, String sibling, Set<String> siblings) {
    if (!sibling.isEmpty() && !siblings.contains(sibling)) {
      reader.problem(reader.line(key), "'" + key + "' names '" + sibling + "', which is no field");
    }
  }
}
