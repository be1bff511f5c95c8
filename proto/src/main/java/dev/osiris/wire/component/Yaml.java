package dev.osiris.wire.component;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A YAML value that knows its line. Immutable, free of anchors and aliases. */
sealed interface Yaml {

  int line();

  /** The value as JSON has it: {@code Map}, {@code List}, text, Long, Double, Boolean or null. */
  @Nullable Object plain();

  /** What it is, for error messages: "is a list". */
  String form();

  /**
   * A text, number, truth value or null.
   *
   * @param text as written, without quotes
   */
  record Scalar(int line, @Nullable Object plain, String text) implements Yaml {
    @Override
    public String form() {
      return plain == null ? "empty" : "'" + text + "'";
    }
  }

  record Sequence(int line, List<Yaml> items) implements Yaml {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public Object plain() {
      return Collections.unmodifiableList(items.stream().map(Yaml::plain).toList());
    }

    @Override
    public String form() {
      return "a list";
    }
  }

  /** Entries in the order of the document. */
  record Mapping(int line, Map<String, Entry> entries) implements Yaml {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    @Override
    public Object plain() {
      Map<String, @Nullable Object> plain = new LinkedHashMap<>();
      entries.forEach((key, entry) -> plain.put(key, entry.value().plain()));
      return Collections.unmodifiableMap(plain);
    }

    @Override
    public String form() {
      return "a map";
    }
  }

  /**
   * @param line of the key
   */
  record Entry(int line, Yaml value) {}
}
