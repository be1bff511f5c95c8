package dev.osiris.host.plan;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentKind;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ComponentSpec.Inputs;
import dev.osiris.component.ConfigField;
import dev.osiris.component.FieldType;
import dev.osiris.host.config.HostConfig;
import dev.osiris.host.config.HostConfigLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A small catalog with a component of each kind. */
final class Fixtures {

  static final ComponentCatalog CATALOG =
      ComponentCatalog.of(
          List.of(
              spec(
                  "filesystem.csv_extractor",
                  ComponentKind.EXTRACTOR,
                  Inputs.NONE,
                  List.of(),
                  required("path", FieldType.INPUT_PATH),
                  optional("delimiter", FieldType.CHARACTER, null, ","),
                  optional("columns", FieldType.LIST, FieldType.STRING, null),
                  optional("limit", FieldType.INTEGER, null, null)),
              spec(
                  "filesystem.csv_writer",
                  ComponentKind.WRITER,
                  Inputs.ONE_TABLE,
                  List.of(),
                  required("path", FieldType.OUTPUT_PATH)),
              spec(
                  "duckdb.processor",
                  ComponentKind.PROCESSOR,
                  Inputs.ANY,
                  List.of(List.of("query", "queries")),
                  optional("query", FieldType.SQL, null, null),
                  optional("queries", FieldType.MAP, FieldType.SQL, null)),
              spec(
                  "api.extractor",
                  ComponentKind.EXTRACTOR,
                  Inputs.NONE,
                  List.of(),
                  new ConfigField(
                      "token",
                      List.of(FieldType.STRING),
                      null,
                      false,
                      null,
                      true,
                      List.of(),
                      null,
                      null,
                      Map.of(),
                      List.of("key"),
                      "",
                      "the token"))));

  private Fixtures() {}

  static HostConfig config(Path folder, Map<String, List<String>> flags) {
    return new HostConfigLoader(Map.of(), folder).load(flags, null);
  }

  private static ComponentSpec spec(
      String name,
      ComponentKind kind,
      Inputs inputs,
      List<List<String>> exactlyOneOf,
      ConfigField... fields) {
    return new ComponentSpec(
        name, "1", 1, kind, "for tests", inputs, List.of(fields), exactlyOneOf);
  }

  private static ConfigField required(String name, FieldType type) {
    return field(name, type, null, true, null);
  }

  private static ConfigField optional(
      String name, FieldType type, FieldType elements, Object defaultValue) {
    return field(name, type, elements, false, defaultValue);
  }

  private static ConfigField field(
      String name, FieldType type, FieldType elements, boolean required, Object defaultValue) {
    return new ConfigField(
        name,
        List.of(type),
        elements,
        required,
        defaultValue,
        false,
        List.of(),
        null,
        null,
        Map.of(),
        List.of(),
        "",
        "the " + name);
  }
}
