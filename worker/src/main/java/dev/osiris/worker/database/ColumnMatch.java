package dev.osiris.worker.database;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which column of a target each column of the input goes to: that of the same name, whatever its
 * place. Case counts only where names differ by nothing else.
 *
 * @param <T> a column as the target's catalog has it
 * @param input column of the input
 * @param target column of the target
 */
public record ColumnMatch<T>(Column input, T target) {

  /** What a target's column is, as far as matching goes. */
  public interface Target {
    String name();

    /** Whether a row cannot do without a value of the step: no null, no default. */
    boolean required();

    /** Whether nobody but the server may set it. */
    boolean generated();
  }

  /**
   * One match for each column of the input, in its order.
   *
   * @param table for messages
   * @throws StepException {@code COLUMN_UNKNOWN} for one that the target lacks or makes itself,
   *     {@code INPUT_UNSUITABLE} for one that it requires
   */
  public static <T extends Target> List<ColumnMatch<T>> of(
      List<Column> input, List<T> target, String table) {
    List<ColumnMatch<T>> matches = new ArrayList<>();
    Map<String, String> taken = new HashMap<>();
    for (Column column : input) {
      T found =
          find(column.name(), target, Target::name)
              .orElseThrow(() -> unknown(column, target, table));
      if (found.generated()) {
        throw new StepException(
            Failure.of(
                    FailureCode.COLUMN_UNKNOWN,
                    "the server makes the values of column '"
                        + found.name()
                        + "' of "
                        + table
                        + " itself")
                .inColumn(column.name())
                .advise("leave the column out in the step before"));
      }
      String other = taken.put(found.name(), column.name());
      if (other != null) {
        throw new StepException(
            Failure.of(
                    FailureCode.INPUT_UNSUITABLE,
                    "the columns '" + other + "' and '" + column.name() + "' are one in " + table)
                .inColumn(column.name()));
      }
      matches.add(new ColumnMatch<>(column, found));
    }
    for (T column : target) {
      if (column.required() && !column.generated() && !taken.containsKey(column.name())) {
        throw new StepException(
            Failure.of(
                    FailureCode.INPUT_UNSUITABLE,
                    "the column '"
                        + column.name()
                        + "' of "
                        + table
                        + " takes no NULL and has no default, and the input lacks it")
                .inColumn(column.name())
                .advise("make the column in the step before, or give it a default in the server"));
      }
    }
    return matches;
  }

  /** The one of that name; else the only one that differs from it by case alone. */
  public static <T> Optional<T> find(String name, List<T> among, Function<T, String> nameOf) {
    List<T> same = among.stream().filter(one -> nameOf.apply(one).equals(name)).toList();
    List<T> alike =
        same.isEmpty()
            ? among.stream().filter(one -> nameOf.apply(one).equalsIgnoreCase(name)).toList()
            : same;
    return alike.size() == 1 ? Optional.of(alike.getFirst()) : Optional.empty();
  }

  private static <T extends Target> StepException unknown(
      Column column, List<T> target, String table) {
    return new StepException(
        Failure.of(FailureCode.COLUMN_UNKNOWN, table + " has no column '" + column.name() + "'")
            .inColumn(column.name())
            .advise(
                "it has "
                    + String.join(", ", target.stream().map(Target::name).toList())
                    + "; name or leave out columns in the step before"));
  }
}
