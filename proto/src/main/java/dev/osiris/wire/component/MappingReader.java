package dev.osiris.wire.component;

import dev.osiris.component.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes known keys out of a mapping. Whatever is wrong becomes a problem and a harmless value, so
 * that reading goes on and finds the next one.
 */
final class MappingReader {

  private final Yaml.Mapping mapping;
  private final List<YamlProblem> problems;

  MappingReader(Yaml.Mapping mapping, List<String> known, List<YamlProblem> problems) {
    this.mapping = mapping;
    this.problems = problems;
    mapping
        .entries()
        .forEach((key, entry) -> {
          if (!known.contains(key)) {
            String hint = Suggestion.phrase(key, known);
            problem(entry.line(), "key '" + key + "' is not known" + hint);
          }
        });
  }

  void problem(int line, String message) {
    problems.add(new YamlProblem(line, message));
  }

  /** The line of a key, or of the mapping when it is absent. */
  int line(String key) {
    Yaml.Entry entry = mapping.entries().get(key);
    return entry == null ? mapping.line() : entry.line();
  }

  boolean has(String key) {
    return find(key) != null;
  }

  /** The value; {@code null} when absent or empty. */
  @Nullable Yaml find(String key) {
    Yaml.Entry entry = mapping.entries().get(key);
    return entry == null || entry.value().plain() == null ? null : entry.value();
  }

  void require(String key) {
    if (!has(key)) {
      problem(line(key), "'" + key + "' is required");
    }
  }

  /** A text; empty when absent. */
  String text(String key) {
    return text(key, find(key));
  }

  /** A text as it is written, also when YAML would read it as a number: {@code version: 1.0}. */
  String literal(String key) {
    Yaml value = find(key);
    return value instanceof Yaml.Scalar scalar ? scalar.text().strip() : text(key, value);
  }

  boolean flag(String key) {
    Yaml value = find(key);
    if (value == null || value.plain() instanceof Boolean) {
      return value != null && Boolean.TRUE.equals(value.plain());
    }
    problem(value.line(), "'" + key + "' must be true or false, and is " + value.form());
    return false;
  }

  @Nullable Long integer(String key) {
    Yaml value = find(key);
    if (value == null || value.plain() instanceof Long) {
      return value == null ? null : (Long) value.plain();
    }
    problem(value.line(), "'" + key + "' must be a whole number, and is " + value.form());
    return null;
  }

  /** One of a few words; empty when absent or another word. */
  <T> Optional<T> word(String key, Yaml value, Map<String, T> words) {
    String word = text(key, value);
    T found = words.get(word);
    if (found == null && !word.isEmpty()) {
      problem(
          value.line(),
          "'"
              + key
              + "' must be one of "
              + String.join(", ", words.keySet())
              + ", and is "
              + value.form()
              + Suggestion.phrase(word, words.keySet()));
    }
    return Optional.ofNullable(found);
  }

  /** The elements of a list; empty when absent. */
  List<Yaml> items(String key) {
    Yaml value = find(key);
    return value == null ? List.of() : items(key, value);
  }

  List<Yaml> items(String key, Yaml value) {
    if (value instanceof Yaml.Sequence sequence) {
      return sequence.items();
    }
    problem(value.line(), "'" + key + "' must be a list, and is " + value.form());
    return List.of();
  }

  List<String> texts(String key) {
    return each(key, items(key), item -> text(key, item));
  }

  List<String> texts(String key, Yaml value) {
    return each(key, items(key, value), item -> text(key, item));
  }

  /** Texts as they are written, also where YAML reads numbers or truth values. */
  List<String> literals(String key) {
    return each(
        key,
        items(key),
        item -> item instanceof Yaml.Scalar scalar ? scalar.text() : text(key, item));
  }

  /** The entries of a map; empty when absent. */
  Map<String, Yaml.Entry> entries(String key) {
    Yaml value = find(key);
    if (value instanceof Yaml.Mapping entries) {
      return entries.entries();
    }
    if (value != null) {
      problem(value.line(), "'" + key + "' must be a map, and is " + value.form());
    }
    return new LinkedHashMap<>();
  }

  private String text(String key, @Nullable Yaml value) {
    if (value == null || value.plain() instanceof String) {
      return value == null ? "" : ((Yaml.Scalar) value).text().strip();
    }
    problem(value.line(), "'" + key + "' must be a text, and is " + value.form());
    return "";
  }

  private List<String> each(String key, List<Yaml> items, Function<Yaml, String> reader) {
    List<String> texts = new ArrayList<>();
    for (Yaml item : items) {
      if (item.plain() == null) {
        problem(item.line(), "'" + key + "' has an empty element; put words like null in quotes");
      } else {
        texts.add(reader.apply(item));
      }
    }
    return texts;
  }
}
