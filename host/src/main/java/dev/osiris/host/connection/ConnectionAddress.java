package dev.osiris.host.connection;

import dev.osiris.component.ConnectionFamily;
import dev.osiris.component.ConnectionField;
import dev.osiris.component.FieldType;
import dev.osiris.component.Suggestion;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A whole address, {@code scheme://user:password@host:port/database?name=value}, taken apart into
 * fields that are known. Its messages show no part of it but names of parameters.
 */
final class ConnectionAddress {

  private static final Pattern ADDRESS =
      Pattern.compile("([^:/?#]+)://([^/?#]*)(?:/([^?#]*))?(?:\\?([^#]*))?", Pattern.DOTALL);
  private static final Pattern SERVER = Pattern.compile("(\\[[^\\]]+]|[^:\\[\\]]*)(?::([0-9]*))?");

  private static final Pattern RESERVED = Pattern.compile("[:/?#@]");
  private static final String ESCAPES = ": / ? # @ % as %3A %2F %3F %23 %40 %25";

  private static final String NO_SERVER =
      "does not say host and port as 'host:port'; in user and password write the characters "
          + ESCAPES;

  private ConnectionAddress() {}

  /**
   * Whether a text as it was written, its variables not filled in, holds a password that is no
   * variable.
   */
  static boolean holdsLiteralPassword(String written) {
    Matcher address = ADDRESS.matcher(written);
    if (!address.matches()) {
      return !Variables.occurIn(written);
    }
    String authority = address.group(2);
    int at = authority.lastIndexOf('@');
    int colon = authority.indexOf(':');
    return at >= 0
        && colon >= 0
        && colon < at
        && !Variables.occurIn(authority.substring(colon + 1, at));
  }

  /**
   * Refuses variables of the login that would be taken for other parts of the address: half a
   * password would then be a host or a database, which anybody may see.
   *
   * @throws IllegalArgumentException when one is not written as an address needs it
   */
  static void checkVariables(String written, Variables variables) {
    Matcher address = ADDRESS.matcher(written);
    if (address.matches()) {
      String authority = address.group(2);
      String login = authority.substring(0, Math.max(0, authority.lastIndexOf('@')));
      if (variables.values(login).stream().anyMatch(RESERVED.asPredicate())) {
        throw new IllegalArgumentException(
            "takes user or password from a variable; write the characters "
                + ESCAPES
                + " in its value, or give it in a field of its own");
      }
    }
  }

  /**
   * Takes an address apart.
   *
   * @param schemes that are accepted
   * @return texts by the names of the family's fields
   * @throws IllegalArgumentException with what is wrong: "is not …"
   */
  static Map<String, String> parse(String text, List<String> schemes, ConnectionFamily family) {
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches() || !schemes.contains(address.group(1).toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "is not an address such as "
              + schemes.getFirst()
              + "://user:password@host/database; in user and password write the characters "
              + ESCAPES);
    }
    // Behind the server an @ shows that a password has broken the address apart.
    if (text.indexOf('@', address.end(2)) >= 0) {
      throw new IllegalArgumentException(NO_SERVER);
    }
    Map<String, String> parts = new LinkedHashMap<>();
    String authority = address.group(2);
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      String[] login = authority.substring(0, at).split(":", 2);
      put(parts, "user", decode(login[0]));
      put(parts, "password", login.length > 1 ? decode(login[1]) : "");
    }
    server(authority.substring(at + 1), parts);
    put(parts, "database", address.group(3) == null ? "" : decode(address.group(3)));
    if (address.group(4) != null && !address.group(4).isEmpty()) {
      for (String parameter : address.group(4).split("&")) {
        parameter(parameter, family, parts);
      }
    }
    return parts;
  }

  private static void server(String text, Map<String, String> parts) {
    if (text.contains(",")) {
      throw new IllegalArgumentException("names several hosts; give one connection for each");
    }
    Matcher server = SERVER.matcher(text);
    if (!server.matches()) {
      throw new IllegalArgumentException(NO_SERVER);
    }
    String host = decode(server.group(1)).replaceAll("[\\[\\]]", "");
    if (host.isEmpty()) {
      throw new IllegalArgumentException("has no host");
    }
    put(parts, "host", host);
    put(parts, "port", server.group(2) == null ? "" : server.group(2));
  }

  private static void parameter(String text, ConnectionFamily family, Map<String, String> parts) {
    String[] pair = text.split("=", 2);
    String name = decode(pair[0]);
    ConnectionField field = family.field(name).orElse(null);
    if (field == null || field.unused() || field.isAddress()) {
      List<String> known =
          family.fields().stream()
              .filter(other -> !other.secret() && !other.unused())
              .map(ConnectionField::name)
              .toList();
      throw new IllegalArgumentException(
          "has the parameter '"
              + name.replaceAll("\\p{Cntrl}", "?")
              + "', which is no field of the family "
              + family.name()
              + Suggestion.phrase(name, known));
    }
    if (field.secret() || field.field().types().contains(FieldType.MAP)) {
      throw new IllegalArgumentException(
          "has the parameter '" + name + "'; write it as a field of the connection");
    }
    if (parts.putIfAbsent(field.name(), pair.length > 1 ? decode(pair[1]) : "") != null) {
      throw new IllegalArgumentException("says '" + field.name() + "' twice");
    }
  }

  private static void put(Map<String, String> parts, String field, String value) {
    if (!value.isEmpty()) {
      parts.put(field, value);
    }
  }

  private static String decode(String text) {
    try {
      // A plus is a plus: only forms of web pages write a space so.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      throw new IllegalArgumentException(
          "has a '%' without two hexadecimal digits behind it; write %25 for the sign itself",
          broken);
    }
  }
}
