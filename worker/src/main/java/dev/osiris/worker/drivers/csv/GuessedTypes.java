package dev.osiris.worker.drivers.csv;

import java.util.List;

/**
 * The types that a column may be found to have, narrowest first. A column gets the first one that
 * keeps each of its values exactly, else VARCHAR.
 */
final class GuessedTypes {

  private static final String PLAIN_NUMBER = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?";

  /**
   * A whole number with a bare exponent is no number: {@code 12E4} is more often an article than
   * 120000. Programs print a sign or a point.
   */
  private static final String NUMBER =
      "-?((0|[1-9][0-9]*)?\\.[0-9]+([eE][+-]?[0-9]+)?|(0|[1-9][0-9]*)([eE][+-][0-9]+)?)";

  /**
   * Cheapest first: it prints as it was written; it has at most 15 digits, which a DOUBLE always
   * keeps; a long whole number is one that a DOUBLE has; a long fraction has the digits that the
   * DOUBLE prints.
   */
  private static final String EXACT_DOUBLE =
      "CASE WHEN {t}::VARCHAR = {x} THEN isfinite({t})"
          + (" WHEN strlen({x}) <= 15 AND regexp_full_match({x}, '" + PLAIN_NUMBER + "')")
          + " THEN true"
          + " WHEN NOT coalesce(isfinite({t}), false) THEN false"
          + (" WHEN NOT regexp_full_match({x}, '" + NUMBER + "') THEN false")
          + " WHEN regexp_full_match({x}, '-?[0-9]+')"
          + " THEN TRY_CAST({t} AS HUGEINT)::VARCHAR = {x}"
          + (" ELSE " + digits("{x}") + " = " + digits("{t}::VARCHAR") + " END");

  private static final String ISO_TIMESTAMP =
      "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6}0*)?)?)?";

  private static final String ISO_TIMESTAMP_WITH_ZONE =
      "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6}0*)?"
          + "(Z|[+-][0-9]{2}(:?[0-9]{2})?)";

  static final CheckedType BOOLEAN =
      CheckedType.of("BOOLEAN", "{x} IN ('true','false','True','False','TRUE','FALSE')");
  static final CheckedType BIGINT = CheckedType.of("BIGINT", "{t}::VARCHAR = {x}");
  static final CheckedType HUGEINT = CheckedType.of("HUGEINT", "{t}::VARCHAR = {x}");
  static final CheckedType DOUBLE = CheckedType.of("DOUBLE", EXACT_DOUBLE);
  static final CheckedType DATE = CheckedType.of("DATE", "{t}::VARCHAR = {x} AND isfinite({t})");
  static final CheckedType TIMESTAMP = CheckedType.of("TIMESTAMP", matches(ISO_TIMESTAMP));
  static final CheckedType TIMESTAMPTZ =
      CheckedType.of("TIMESTAMP WITH TIME ZONE", matches(ISO_TIMESTAMP_WITH_ZONE));

  static final List<CheckedType> VALUES = List.of(BOOLEAN, BIGINT, HUGEINT, DOUBLE);

  private GuessedTypes() {}

  private static String matches(String pattern) {
    return "{t} IS NOT NULL AND regexp_full_match({x}, '" + pattern + "')";
  }

  private static String digits(String number) {
    return "trim(translate(regexp_replace(" + number + ", '[eE].*', ''), '.-', ''), '0')";
  }
}
