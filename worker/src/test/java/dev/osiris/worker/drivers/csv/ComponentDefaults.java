package dev.osiris.worker.drivers.csv;

import dev.osiris.driver.StepConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills the defaults of a component's YAML in, as the host does; reads just that much of it. */
final class ComponentDefaults {

  private static final Pattern KEY = Pattern.compile("  (\\w+):");
  private static final Pattern DEFAULT = Pattern.compile("    default: (.*)");

  private ComponentDefaults() {}

  static StepConfig config(String component, Map<String, Object> given) throws IOException {
    Map<String, Object> config = new LinkedHashMap<>();
    String key = "";
    for (String line : yaml(component).lines().toList()) {
      Matcher keyed = KEY.matcher(line);
      Matcher defaulted = DEFAULT.matcher(line);
      if (keyed.matches()) {
        key = keyed.group(1);
      } else if (defaulted.matches()) {
        config.put(key, value(defaulted.group(1)));
      }
    }
    config.putAll(given);
    return new StepConfig(config);
  }

  private static Object value(String text) {
    if (text.startsWith("\"")) {
      return text.substring(1, text.length() - 1).replace("\\\"", "\"");
    }
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    return text.matches("\\d+") ? (Object) Long.valueOf(text) : text;
  }

  private static String yaml(String component) throws IOException {
    String name = "/components/" + component + ".yaml";
    try (InputStream bytes =
        Objects.requireNonNull(ComponentDefaults.class.getResourceAsStream(name), name)) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
