package dev.osiris.worker.drivers.csv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One column of the output while its type is being found.
 *
 * @param position in the {@link CsvSource}
 * @param candidates types that it may get, narrowest first; just the one when it was declared
 * @param required whether a value that fits no candidate is a failure; else it makes the column
 *     VARCHAR
 * @param type the type found so far; {@code null} for VARCHAR
 * @param open whether no value has been seen yet
 */
record ColumnPlan(
    String name,
    int position,
    List<CheckedType> candidates,
    boolean required,
    @Nullable CheckedType type,
    boolean open) {

  ColumnPlan {
    candidates = List.copyOf(candidates);
  }

  static ColumnPlan declared(String name, int position, CheckedType type) {
    return new ColumnPlan(name, position, List.of(type), true, type, false);
  }

  static ColumnPlan guessed(
      String name, int position, List<CheckedType> candidates, boolean required) {
    return new ColumnPlan(name, position, candidates, required, null, true);
  }

  /** Whether the candidates are one type that the author chose. */
  boolean isDeclared() {
    return required && candidates.size() == 1;
  }

  /**
   * With the narrowest candidate of a mask.
   *
   * @param mask bit i is set when candidate i keeps every value; {@code null} when there was none
   */
  ColumnPlan found(@Nullable Long mask) {
    if (mask == null) {
      return new ColumnPlan(name, position, candidates, required, null, true);
    }
    int bit = Long.numberOfTrailingZeros(mask);
    CheckedType found = bit < candidates.size() ? candidates.get(bit) : null;
    return new ColumnPlan(name, position, candidates, required, found, false);
  }

  /** SQL of the mask of a text. */
  String mask(String text) {
    StringBuilder mask = new StringBuilder("bit_and(CASE WHEN " + text + " IS NOT NULL THEN 0");
    for (int i = 0; i < candidates.size(); i++) {
      CheckedType candidate = candidates.get(i);
      mask.append(" + CASE WHEN ")
          .append(candidate.exactOf(text, candidate.castOf(text)))
          .append(" THEN ")
          .append(1L << i)
          .append(" ELSE 0 END");
    }
    return mask.append(" END)").toString();
  }

  /** SQL that is true for a text that no candidate keeps. */
  String misfit(String text) {
    StringBuilder fits = new StringBuilder("false");
    for (CheckedType candidate : candidates) {
      fits.append(" OR coalesce((")
          .append(candidate.exactOf(text, candidate.castOf(text)))
          .append("), false)");
    }
    return text + " IS NOT NULL AND NOT (" + fits + ")";
  }

  /** What a value must be, for people. */
  String expected() {
    return String.join(" or ", candidates.stream().map(CheckedType::name).toList());
  }
}
