package dev.osiris.driver;

import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to a configuration that was validated against its component. A wrong type here is a
 * defect of the driver or its YAML, so it ends as {@link IllegalArgumentException}, not as the
 * user's failure.
 */
public final class StepConfig {

  private final Map<String, @Nullable Object> values;

  public StepConfig(Map<String, @Nullable Object> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public boolean has(String key) {
    return values.get(key) != null;
  }

  /** The value as JSON has it; {@code null} when absent. */
  public @Nullable Object value(String key) {
    return values.get(key);
  }

  public String text(String key) {
    return require(key, String.class);
  }

  public Optional<String> optionalText(String key) {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  public boolean flag(String key) {
    return require(key, Boolean.class);
  }

  public long integer(String key) {
    return require(key, Long.class);
  }

  public Optional<Long> optionalInteger(String key) {
    return has(key) ? Optional.of(integer(key)) : Optional.empty();
  }

  public ByteSize size(String key) {
    return value(key) instanceof Long bytes ? new ByteSize(bytes) : ByteSize.parse(text(key));
  }

  public Duration duration(String key) {
    return DurationText.parse(text(key));
  }

  /** The elements of a list as texts; empty when absent. */
  public List<String> texts(String key) {
    return has(key)
        ? ((List<?>) require(key, List.class)).stream().map(String::valueOf).toList()
        : List.of();
  }

  /** A map in its own order; empty when absent. */
  public Map<String, @Nullable Object> map(String key) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    if (has(key)) {
      ((Map<?, ?>) require(key, Map.class))
          .forEach((name, value) -> copy.put(String.valueOf(name), value));
    }
    return copy;
  }

  private <T> T require(String key, Class<T> type) {
    Object value = values.get(key);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "config key '"
              + key
              + "' is "
              + (value == null ? "absent" : "not a " + type.getSimpleName()));
    }
    return type.cast(value);
  }
}
