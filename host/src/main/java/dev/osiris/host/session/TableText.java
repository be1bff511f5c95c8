package dev.osiris.host.session;

import dev.osiris.step.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as text, for people.
 *
 * @param rows each with as many cells as there are columns; {@code null} is NULL
 * @param truncated whether there are more rows
 */
public record TableText(
    List<Column> columns, List<List<@Nullable String>> rows, boolean truncated) {
  /** Copies the lists of rows and columns. */
  public TableText {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }
}
