package dev.osiris.host.connection;

import dev.osiris.component.ConfigField;
import dev.osiris.component.FieldType;
import dev.osiris.host.yaml.YamlNode;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.unit.DurationText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the values of single fields. Its messages show none of them. */
final class FieldValues {

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final int MAX_FILE = 1 << 20;

  private final Variables variables;
  private final Path connectionsFile;

  FieldValues(Variables variables, Path connectionsFile) {
    this.variables = variables;
    this.connectionsFile = connectionsFile;
  }

  /**
   * The value with its variables filled in, of the field's type where it can be read so.
   *
   * @return empty when nothing is left of it
   * @throws IllegalArgumentException when variables have no value: "needs …"
   */
  Optional<Object> read(ConfigField field, YamlNode node) {
    if (node instanceof Mapping map) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (Entry entry : map.entries()) {
        if (entry.value() instanceof Scalar scalar) {
          values.put(entry.key(), expand(scalar));
        } else {
          throw new IllegalArgumentException("must hold single values only");
        }
      }
      return Optional.of(values);
    }
    if (!(node instanceof Scalar scalar)) {
      throw new IllegalArgumentException("must be a single value, and is " + node.kind());
    }
    if (scalar.value() == null) {
      return Optional.empty();
    }
    String text = expand(scalar);
    return text.isEmpty() ? Optional.empty() : Optional.of(typed(field, text));
  }

  private String expand(Scalar scalar) {
    List<String> unset = variables.unset(scalar.text());
    if (!unset.isEmpty()) {
      throw new IllegalArgumentException(unset(unset));
    }
    return variables.expand(scalar.text());
  }

  private static String unset(List<String> names) {
    return "needs the environment variable "
        + String.join(" and ", names)
        + ", which is not set; set it, put it into .env, or write '${"
        + names.getFirst()
        + ":-fallback}'";
  }

  /** A text as the field's type has it, or the text itself where it does not fit. */
  static Object typed(ConfigField field, String text) {
    List<FieldType> types = field.types();
    if (types.contains(FieldType.INTEGER) && INTEGER.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    if (types.contains(FieldType.BOOLEAN) && (text.equals("true") || text.equals("false"))) {
      return Boolean.valueOf(text);
    }
    return text;
  }

  /** Adds a value in the form that drivers get: durations with a unit, maps by their keys. */
  static void put(Map<String, String> fields, ConfigField field, Object value) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, element) -> fields.put(field.name() + "." + key, "" + element));
    } else if (field.types().contains(FieldType.DURATION)) {
      Duration duration =
          value instanceof Long seconds
              ? Duration.ofSeconds(seconds)
              : DurationText.parse(value.toString());
      fields.put(field.name(), DurationText.of(duration));
    } else {
      fields.put(field.name(), value.toString());
    }
  }

  /**
   * The text of a file that is named relative to the connections file.
   *
   * @throws IllegalArgumentException when it cannot be read: "names …"
   */
  String content(String name) {
    try (InputStream in = Files.newInputStream(connectionsFile.resolveSibling(name))) {
      byte[] bytes = in.readNBytes(MAX_FILE + 1);
      if (bytes.length > MAX_FILE) {
        throw new IllegalArgumentException("names a file of more than 1 MiB");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException | InvalidPathException unreadable) {
      throw new IllegalArgumentException(
          "names the file '" + name + "', which cannot be read", unreadable);
    }
  }
}
