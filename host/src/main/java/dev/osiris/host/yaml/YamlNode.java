package dev.osiris.host.yaml;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value of a YAML text. Immutable. */
public sealed interface YamlNode {

  Position at();

  /**
   * The value as JSON has it: {@code Map<String, Object>}, {@code List}, {@code String}, {@code
   * Long}, {@code Double}, {@code Boolean} or {@code null}.
   */
  @Nullable Object value();

  /** For messages: "a text", "a list". */
  default String kind() {
    return switch (this) {
      case Sequence _ -> "a list";
      case Mapping _ -> "a map";
      case Scalar scalar ->
          switch (scalar.value()) {
            case null -> "empty";
            case String _ -> "a text";
            case Boolean _ -> "true or false";
            default -> "a number";
          };
    };
  }

  /**
   * A single value.
   *
   * @param text as it was written, without quotes
   */
  record Scalar(Position at, @Nullable Object value, String text) implements YamlNode {

    /** The scalar of a value that no file holds, such as a default. */
    public static Scalar of(@Nullable Object value) {
      String text = value instanceof Double d ? BigDecimal.valueOf(d).toPlainString() : "" + value;
      return new Scalar(Position.NONE, value, text);
    }
  }

  record Sequence(Position at, List<YamlNode> items) implements YamlNode {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public List<@Nullable Object> value() {
      List<@Nullable Object> values = new ArrayList<>();
      items.forEach(item -> values.add(item.value()));
      return Collections.unmodifiableList(values);
    }
  }

  /**
   * A map in the order of the text; a key that was written twice is there once, with its first
   * value.
   */
  record Mapping(Position at, List<Entry> entries) implements YamlNode {
    public static final Mapping EMPTY = new Mapping(Position.NONE, List.of());

    public Mapping {
      entries = List.copyOf(entries);
    }

    public Optional<Entry> entry(String key) {
      return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
    }

    @Override
    public Map<String, @Nullable Object> value() {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      entries.forEach(entry -> values.put(entry.key(), entry.value().value()));
      return Collections.unmodifiableMap(values);
    }
  }

  /**
   * A key and its value.
   *
   * @param at where the key stands
   */
  record Entry(String key, Position at, YamlNode value) {}
}
