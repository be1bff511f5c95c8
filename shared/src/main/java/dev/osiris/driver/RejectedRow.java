package dev.osiris.driver;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row that a target refuses.
 *
 * @param row 1-based place in the input
 * @param column that is to blame; {@code null} when it is not known
 * @param reason what the target says; may quote values
 * @param values texts of the row's values by column
 */
public record RejectedRow(
    long row, @Nullable String column, String reason, Map<String, @Nullable String> values) {

  /**
   * Copies the values, keeping their order. Spelled out, since the nullness of type arguments does
   * not reach the class file from a compact constructor.
   */
  public RejectedRow(
      long row, @Nullable String column, String reason, Map<String, @Nullable String> values) {
    this.row = row;
    this.column = column;
    this.reason = reason;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
