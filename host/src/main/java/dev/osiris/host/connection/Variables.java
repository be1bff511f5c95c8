package dev.osiris.host.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills {@code ${VAR}} and {@code ${VAR:-fallback}} in; an empty variable counts as one that is not
 * set. Immutable.
 */
public final class Variables {

  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  private final Map<String, String> values;

  public Variables(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  static boolean occurIn(String text) {
    return VARIABLE.matcher(text).find();
  }

  /** The variables of a text that have neither a value nor a fallback. */
  List<String> unset(String text) {
    List<String> unset = new ArrayList<>();
    VARIABLE
        .matcher(text)
        .results()
        .filter(found -> value(found) == null)
        .forEach(found -> unset.add(found.group(1)));
    return unset.stream().distinct().toList();
  }

  /** What the variables of a text stand for. */
  List<String> values(String text) {
    return VARIABLE.matcher(text).results().map(found -> String.valueOf(value(found))).toList();
  }

  /** The text with all variables filled in, which must be set. */
  String expand(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(String.valueOf(value(found))));
  }

  private @Nullable String value(MatchResult found) {
    String value = values.getOrDefault(found.group(1), "");
    return value.isEmpty() ? found.group(2) : value;
  }
}
