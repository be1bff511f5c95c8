package dev.osiris.host.connection;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names a connection: {@code @family.alias}. */
public record ConnectionRef(String family, String alias) {

  private static final Pattern TEXT =
      Pattern.compile("@([A-Za-z0-9][A-Za-z0-9_-]*)\\.([A-Za-z0-9_-]+)");
  private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9_-]+");

  /** The connection of that name; empty when the text is not written as one. */
  public static Optional<ConnectionRef> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(new ConnectionRef(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** Whether an alias can be referred to. */
  static boolean isAlias(String text) {
    return ALIAS.matcher(text).matches();
  }

  @Override
  public String toString() {
    return "@" + family + "." + alias;
  }
}
