package dev.osiris.wire.component;

import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigField;
import dev.osiris.component.ConnectionUse;
import dev.osiris.component.FieldType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Writes a component's description; keys that say nothing are left out. */
public final class ComponentWriter {

  private static final DumpSettings SETTINGS =
      DumpSettings.builder()
          .setSchema(new CoreSchema())
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setDereferenceAliases(true)
          .setSplitLines(false)
          .build();

  private ComponentWriter() {}

  /** The document, ending in a line feed. */
  public static String write(ComponentSpec spec) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    spec.fields().forEach(field -> fields.put(field.name(), field(field)));
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("name", spec.name());
    document.put("version", spec.version());
    document.put("spi_version", spec.spiVersion());
    document.put("kind", spec.kind().name().toLowerCase(Locale.ROOT));
    document.put("summary", spec.summary());
    document.put("inputs", spec.inputs().name().toLowerCase(Locale.ROOT));
    if (!spec.exactlyOneOf().isEmpty()) {
      document.put("exactly_one_of", spec.exactlyOneOf());
    }
    ConnectionUse connection = spec.connection();
    if (connection != null) {
      Map<String, @Nullable Object> use = new LinkedHashMap<>();
      use.put("family", connection.family());
      use.put("required", connection.required());
      document.put("connection", use);
    }
    putUnless(spec.keepsState() == null, document, "keeps_state", spec.keepsState());
    document.put("fields", fields);
    return new Dump(SETTINGS).dumpToString(document);
  }

  private static Map<String, @Nullable Object> field(ConfigField field) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    List<String> types = field.types().stream().map(FieldType::word).toList();
    putUnless(types.isEmpty(), document, "type", types.size() == 1 ? types.getFirst() : types);
    FieldType elements = field.elements();
    if (elements != null) {
      document.put("elements", elements.word());
    }
    putUnless(!field.required(), document, "required", true);
    putUnless(field.defaultValue() == null, document, "default", field.defaultValue());
    putUnless(!field.secret(), document, "secret", true);
    putUnless(field.allowed().isEmpty(), document, "allowed", field.allowed());
    putUnless(field.min() == null, document, "min", field.min());
    putUnless(field.max() == null, document, "max", field.max());
    putUnless(
        field.requiredIf().isEmpty(), document, "required_if", new TreeMap<>(field.requiredIf()));
    putUnless(field.aliases().isEmpty(), document, "aliases", field.aliases());
    putUnless(field.refused().isEmpty(), document, "refused", field.refused());
    putUnless(field.description().isEmpty(), document, "description", field.description());
    return document;
  }

  private static void putUnless(
      boolean silent, Map<String, @Nullable Object> document, String key, @Nullable Object value) {
    if (!silent) {
      document.put(key, value);
    }
  }
}
