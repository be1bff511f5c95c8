package dev.osiris.worker.database.cursor;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which columns a cursor has, and whether rows can be read in their order. */
public final class CursorChecks {

  private CursorChecks() {}

  /**
   * The names of the cursor's column and then of its keys, each once.
   *
   * @param primaryKey of the table; empty for a query, and where there is none
   * @param columns that the reading brings
   * @throws StepException {@code CONFIG_INVALID} when nothing tells equals apart, {@code
   *     COLUMN_UNKNOWN}
   */
  public static List<String> names(
      CursorConfig config, List<String> primaryKey, List<Column> columns) {
    Set<String> names = new LinkedHashSet<>();
    names.add(config.column());
    names.addAll(config.keys().isEmpty() ? primaryKey : config.keys());
    if (config.keys().isEmpty() && primaryKey.isEmpty()) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "what is read has no primary key, so nothing tells rows of the same '"
              + config.column()
              + "' apart",
          "name unique columns with 'cursor_key'; the cursor_column itself, if it is unique");
    }
    List<String> read = columns.stream().map(Column::name).toList();
    for (String name : names) {
      if (!read.contains(name)) {
        throw new StepException(
            Failure.of(
                    FailureCode.COLUMN_UNKNOWN,
                    "the cursor's column '"
                        + name
                        + "' is not among those that are read: "
                        + String.join(", ", read))
                .inColumn(name)
                .advise("read it too, or correct 'cursor_column' or 'cursor_key'"));
      }
    }
    return List.copyOf(names);
  }

  /**
   * That a row has no place in the order.
   *
   * @param row which one, for people
   */
  static StepException withoutValue(CursorColumn column, String row) {
    return new StepException(
        Failure.of(
                FailureCode.VALUE_INVALID,
                row
                    + " has no value in "
                    + column
                    + ", and so no place in the order in which the step reads")
            .inColumn(column.name())
            .advise(
                "give it one in the query, such as with coalesce(), or pass over such rows with"
                    + " 'cursor_nulls: skip'"));
  }

  /**
   * That a column has a type in whose order no reading can go on exactly.
   *
   * @param types that can be had by a cast
   */
  public static StepException unsuitable(String name, String types) {
    return new StepException(
        Failure.of(
                FailureCode.TYPE_UNSUPPORTED,
                "column '" + name + "' is of a type by which a step cannot read on exactly")
            .inColumn(name)
            .advise("cast it in the query to one of " + types));
  }

  /**
   * A lag is a time.
   *
   * @param hasTime whether the cursor's column is one
   * @throws StepException {@code CONFIG_INVALID}
   */
  public static void checkLag(CursorConfig config, CursorColumn first, boolean hasTime) {
    if (config.lag().isPresent() && !hasTime) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "'cursor_lag' is a time, and the cursor_column " + first + " is none",
          "leave it out");
    }
  }
}
