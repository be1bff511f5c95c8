package dev.osiris.wire.component;

import dev.osiris.component.ConfigField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the keys {@code fields} and {@code exactly_one_of} of a document.
 *
 * @param <F> what a field is read as
 */
final class FieldList<F> {

  /** Reads one entry of {@code fields}. */
  interface Reader<F> {
    F read(String name, Yaml.Entry entry, Yaml.Mapping body, Set<String> siblings);
  }

  private final MappingReader document;
  private final int line;
  private final List<F> fields = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> spellings = new HashMap<>();

  /**
   * Prepares reading.
   *
   * @param line where the document begins
   */
  FieldList(MappingReader document, int line) {
    this.document = document;
    this.line = line;
  }

  /** Reads all fields; no two may share a name or an alias. */
  void read(Reader<F> reader, Function<F, ConfigField> config) {
    if (!document.has("fields")) {
      document.problem(line, "'fields' is required; write {} when there are none");
    }
    Map<String, Yaml.Entry> entries = document.entries("fields");
    entries.forEach((key, entry) -> {
      if (!(entry.value() instanceof Yaml.Mapping body)) {
        document.problem(entry.line(), "field '" + key + "' must be a map with 'type' and so on");
        return;
      }
      F field = reader.read(key, entry, body, entries.keySet());
      fields.add(field);
      names.add(key);
      claim(key, entry.line());
      config.apply(field).aliases().forEach(alias -> claim(alias, entry.line()));
    });
  }

  List<F> all() {
    return fields;
  }

  /** The groups; to be asked when the fields have been read. */
  List<List<String>> exactlyOneOf() {
    List<List<String>> groups = new ArrayList<>();
    for (Yaml item : document.items("exactly_one_of")) {
      List<String> group = document.texts("exactly_one_of", item);
      if (item instanceof Yaml.Sequence && group.size() < 2) {
        document.problem(item.line(), "a group of 'exactly_one_of' needs two keys or more");
      }
      for (String key : group) {
        if (!names.contains(key)) {
          document.problem(item.line(), "'exactly_one_of' names '" + key + "', which is no field");
        }
      }
      groups.add(group);
    }
    return groups;
  }

  private void claim(String spelling, int at) {
    Integer earlier = spellings.putIfAbsent(spelling, at);
    if (earlier != null) {
      document.problem(at, "'" + spelling + "' is already a field or alias on line " + earlier);
    }
  }
}
