package dev.osiris.host.plan;

import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigField;
import dev.osiris.component.ConnectionUse;
import dev.osiris.component.FieldType;
import dev.osiris.host.yaml.CanonicalYaml;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A short name for what a component accepts: everything of it but the words for people. */
final class ComponentFingerprint {

  private ComponentFingerprint() {}

  static String of(ComponentSpec spec) {
    Map<String, @Nullable Object> content = new LinkedHashMap<>();
    content.put("name", spec.name());
    content.put("version", spec.version());
    content.put("spi_version", spec.spiVersion());
    content.put("kind", spec.kind().mode());
    content.put("inputs", spec.inputs().name());
    content.put("exactly_one_of", spec.exactlyOneOf());
    ConnectionUse connection = spec.connection();
    if (connection != null) {
      content.put("connection", Map.of(connection.family(), connection.required()));
    }
    if (spec.keepsState() != null) {
      content.put("keeps_state", spec.keepsState());
    }
    content.put("fields", spec.fields().stream().map(ComponentFingerprint::field).toList());
    return CanonicalYaml.sha256(CanonicalYaml.write(content));
  }

  private static Map<String, @Nullable Object> field(ConfigField field) {
    Map<String, @Nullable Object> content = new LinkedHashMap<>();
    FieldType elements = field.elements();
    content.put("name", field.name());
    content.put("types", field.types().stream().map(FieldType::word).toList());
    content.put("elements", elements == null ? null : elements.word());
    content.put("required", field.required());
    content.put("default", field.defaultValue());
    content.put("secret", field.secret());
    content.put("allowed", field.allowed());
    content.put("min", field.min());
    content.put("max", field.max());
    content.put("required_if", field.requiredIf());
    content.put("aliases", field.aliases());
    content.put("refused", field.refused());
    return content;
  }
}
