package dev.osiris.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConfigValidatorTest {

  private static final ComponentSpec SPEC =
      new ComponentSpec(
          "test.writer",
          "1.0.0",
          1,
          ComponentKind.WRITER,
          "for this test",
          ComponentSpec.Inputs.ONE_TABLE,
          List.of(
              field("path", List.of(FieldType.OUTPUT_PATH), true, null),
              field("limit", List.of(FieldType.INTEGER), false, 10L),
              field("header", List.of(FieldType.BOOLEAN, FieldType.INTEGER), false, true),
              new ConfigField(
                  "mode",
                  List.of(FieldType.STRING),
                  null,
                  false,
                  "append",
                  false,
                  List.of("append", "upsert"),
                  null,
                  null,
                  Map.of(),
                  List.of("write_mode"),
                  "",
                  ""),
              new ConfigField(
                  "keys",
                  List.of(FieldType.LIST),
                  FieldType.STRING,
                  false,
                  null,
                  false,
                  List.of(),
                  null,
                  null,
                  Map.of("mode", "upsert"),
                  List.of(),
                  "",
                  ""),
              new ConfigField(
                  "pool",
                  List.of(FieldType.INTEGER),
                  null,
                  false,
                  null,
                  false,
                  List.of(),
                  1L,
                  5L,
                  Map.of(),
                  List.of(),
                  "",
                  ""),
              new ConfigField(
                  "truncate",
                  List.of(FieldType.BOOLEAN),
                  null,
                  false,
                  null,
                  false,
                  List.of(),
                  null,
                  null,
                  Map.of(),
                  List.of(),
                  "use mode: replace",
                  "")),
          List.of());

  @Test
  void problems_areFoundAllAtOnce() {
    Map<String, @Nullable Object> config = new LinkedHashMap<>();
    config.put("pth", "x");
    config.put("limit", "ten");
    config.put("mode", "upsrt");
    config.put("pool", 9L);
    config.put("truncate", true);

    assertThat(ConfigValidator.problems(SPEC, config).stream().map(ConfigProblem::toString))
        .containsExactly(
            "config key 'pth' is not known to test.writer; did you mean 'path'?",
            "config key 'limit' must be a whole number",
            "config key 'mode' must be one of append, upsert; did you mean 'upsert'?",
            "config key 'pool' must be at most 5",
            "config key 'truncate' is not accepted: use mode: replace",
            "config key 'path' is required: path");
  }

  @Test
  void key_isRequired_whenItsConditionHolds() {
    assertThat(ConfigValidator.problems(SPEC, Map.of("path", "x", "write_mode", "upsert")))
        .containsExactly(new ConfigProblem("keys", "is required when mode is upsert"));
  }

  @Test
  void elements_areChecked_oneByOne() {
    assertThat(ConfigValidator.problems(SPEC, Map.of("path", "x", "keys", List.of("a", 2L))))
        .containsExactly(new ConfigProblem("keys[1]", "must be a text"));
  }

  @Test
  void defaults_fillWhatIsAbsent_andAliasesGetTheirName() {
    assertThat(
            ConfigValidator.withDefaults(
                SPEC, Map.of("path", "x", "write_mode", "upsert", "header", 2L)))
        .containsEntry("mode", "upsert")
        .containsEntry("limit", 10L)
        .containsEntry("header", 2L)
        .doesNotContainKey("write_mode")
        .doesNotContainKey("keys");
  }

  @Test
  void exactlyOne_isAskedFor() {
    ComponentSpec query =
        new ComponentSpec(
            "q",
            "1",
            1,
            ComponentKind.PROCESSOR,
            "",
            ComponentSpec.Inputs.ANY,
            List.of(
                field("query", List.of(FieldType.SQL), false, null),
                field("queries", List.of(FieldType.MAP), false, null)),
            List.of(List.of("query", "queries")));

    assertThat(ConfigValidator.problems(query, Map.of())).hasSize(1);
    assertThat(ConfigValidator.problems(query, Map.of("query", "q", "queries", Map.of())))
        .hasSize(1);
    assertThat(ConfigValidator.problems(query, Map.of("query", "q"))).isEmpty();
  }

  private static ConfigField field(
      String name, List<FieldType> types, boolean required, @Nullable Object defaultValue) {
    return new ConfigField(
        name,
        types,
        null,
        required,
        defaultValue,
        false,
        List.of(),
        null,
        null,
        Map.of(),
        List.of(),
        "",
        name);
  }
}
