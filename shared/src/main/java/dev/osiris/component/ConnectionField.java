package dev.osiris.component;

import java.util.List;
import java.util.Map;

/**
 * One field of a connection.
 *
 * @param field name, type, default and so on, as of a component's configuration key
 * @param override whether a step may set the field in its configuration
 * @param contentTo when not empty the value is the path of a file of the host, whose text goes to
 *     this other field; the path itself goes nowhere
 * @param schemes when not empty the value is a whole address, {@code scheme://user@host/database},
 *     in one of these schemes; its parts go to the other fields
 * @param defaultWith another field to the default that this one has once that one is given
 * @param unused whether the field is accepted for older files and read by nobody
 */
public record ConnectionField(
    ConfigField field,
    Override override,
    String contentTo,
    List<String> schemes,
    Map<String, Object> defaultWith,
    boolean unused) {

  /** What a step's configuration may do to a field of its connection. */
  public enum Override {
    FORBIDDEN,
    ALLOWED,
    /** Allowed, and the user is told. */
    WARNING
  }

  public ConnectionField {
    schemes = List.copyOf(schemes);
    defaultWith = Map.copyOf(defaultWith);
  }

  public String name() {
    return field.name();
  }

  public boolean secret() {
    return field.secret();
  }

  /** Whether the value is a whole address. */
  public boolean isAddress() {
    return !schemes.isEmpty();
  }
}
