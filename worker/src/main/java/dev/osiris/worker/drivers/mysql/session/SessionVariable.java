package dev.osiris.worker.drivers.mysql.session;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Variables of a session that a connection or a step sets. */
final class SessionVariable {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

  /** What the reading of rows and the writing of files rest on. */
  private static final Set<String> OURS =
      Set.of(
          "time_zone",
          "character_set_client",
          "character_set_connection",
          "character_set_results",
          "collation_connection",
          "names",
          "autocommit");

  private SessionVariable() {}

  /**
   * Checks a name, which is written into a statement as it is.
   *
   * @throws StepException {@code CONFIG_INVALID}
   */
  static void check(String name) {
    if (!NAME.matcher(name).matches()) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "'" + name + "' is no name of a variable of the session",
          "write it without SESSION and without @@");
    }
    if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "the variable '" + name + "' cannot be set: the worker reads and writes in UTF-8 and UTC",
          "leave it out");
    }
  }

  /** A value as SQL; quotes are doubled, which every sql_mode reads. */
  static String sql(@Nullable Object value) {
    String text = String.valueOf(value);
    if (value instanceof Boolean || NUMBER.matcher(text).matches()) {
      return text;
    }
    if (text.indexOf('\\') >= 0) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID, "no backslash can be in a variable of the session");
    }
    return "'" + text.replace("'", "''") + "'";
  }
}
