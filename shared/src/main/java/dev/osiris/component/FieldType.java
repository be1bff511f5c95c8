package dev.osiris.component;

import dev.osiris.unit.ByteSize;
import dev.osiris.unit.DurationText;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The type of a configuration value. */
public enum FieldType {
  STRING("a text"),
  /** One character, such as a delimiter. */
  CHARACTER("one character"),
  BOOLEAN("true or false"),
  INTEGER("a whole number"),
  NUMBER("a number"),
  SIZE("a size such as 256m"),
  DURATION("a duration such as 30s"),
  LIST("a list"),
  MAP("a map"),
  /** A path or glob of files that the step reads: granted, mounted or uploaded before it runs. */
  INPUT_PATH("a path"),
  /** A path that the step writes: fetched back where the disk is not shared. */
  OUTPUT_PATH("a path"),
  /** SQL that runs in a cell and passes the gate. */
  SQL("a query");

  private final String description;

  FieldType(String description) {
    this.description = description;
  }

  /** For error messages: "must be …". */
  public String description() {
    return description;
  }

  /** The word used in a component's YAML. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a value, as JSON or YAML has it, is of this type. */
  public boolean accepts(Object value) {
    return switch (this) {
      case STRING, INPUT_PATH, OUTPUT_PATH, SQL -> value instanceof String;
      case CHARACTER -> value instanceof String text && text.codePointCount(0, text.length()) == 1;
      case BOOLEAN -> value instanceof Boolean;
      case INTEGER -> value instanceof Long;
      case NUMBER -> value instanceof Long || value instanceof Double;
      case SIZE ->
          value instanceof Long
              || value instanceof String text && parses(() -> ByteSize.parse(text));
      case DURATION -> value instanceof String text && parses(() -> DurationText.parse(text));
      case LIST -> value instanceof List<?>;
      case MAP -> value instanceof Map<?, ?>;
    };
  }

  private static boolean parses(Runnable parser) {
    try {
      parser.run();
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }
}
