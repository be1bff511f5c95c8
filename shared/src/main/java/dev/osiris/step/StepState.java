package dev.osiris.step;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a step wants to know when it runs again, such as how far it has read. The host keeps it from
 * run to run and knows nothing of its meaning.
 *
 * @param values as JSON has them, like a step's configuration; they may be values of rows, and
 *     never secrets
 */
public record StepState(Map<String, @Nullable Object> values) {

  /**
   * Copies the map, keeping its order. Spelled out, since the nullness of type arguments does not
   * reach the class file from a compact constructor.
   */
  public StepState(Map<String, @Nullable Object> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
