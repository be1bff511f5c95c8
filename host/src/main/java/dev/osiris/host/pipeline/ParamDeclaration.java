package dev.osiris.host.pipeline;

import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A parameter that a pipeline declares.
 *
 * @param defaultValue {@code null} when a value must be given
 * @param type {@code null} for any
 * @param allowed the only texts accepted; empty for any
 */
public record ParamDeclaration(
    String name,
    Position at,
    @Nullable YamlNode defaultValue,
    @Nullable Type type,
    List<String> allowed) {

  public ParamDeclaration {
    allowed = List.copyOf(allowed);
  }

  /** What a parameter's value may be. */
  public enum Type {
    STRING("a text"),
    INTEGER("a whole number"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    LIST("a list"),
    MAP("a map");

    private final String description;

    Type(String description) {
      this.description = description;
    }

    public String description() {
      return description;
    }

    /** The type of a word such as {@code integer}; the short forms of older pipelines count. */
    public static Optional<Type> of(String word) {
      return switch (word.toLowerCase(Locale.ROOT)) {
        case "string", "str", "text" -> Optional.of(STRING);
        case "integer", "int" -> Optional.of(INTEGER);
        case "number", "float" -> Optional.of(NUMBER);
        case "boolean", "bool" -> Optional.of(BOOLEAN);
        case "list", "array" -> Optional.of(LIST);
        case "map", "object" -> Optional.of(MAP);
        default -> Optional.empty();
      };
    }

    /** The type that a value has by itself; empty for no value. */
    public static Optional<Type> of(YamlNode node) {
      return switch (node) {
        case YamlNode.Sequence _ -> Optional.of(LIST);
        case YamlNode.Mapping _ -> Optional.of(MAP);
        case YamlNode.Scalar scalar ->
            switch (scalar.value()) {
              case null -> Optional.empty();
              case Boolean _ -> Optional.of(BOOLEAN);
              case Long _ -> Optional.of(INTEGER);
              case Double _ -> Optional.of(NUMBER);
              default -> Optional.of(STRING);
            };
      };
    }

    /** A whole number is a number too. */
    public boolean accepts(Type other) {
      return this == other || this == NUMBER && other == INTEGER;
    }
  }
}
