package dev.osiris.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.component.ComponentKind;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigField;
import dev.osiris.component.FieldType;
import dev.osiris.wire.component.YamlProblem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComponentYamlTest {

  private static final String COMPLETE =
      """
      name: filesystem.csv_extractor
      version: 1.0
      spi_version: 1
      kind: extractor
      summary: Reads CSV files.
      inputs: none
      exactly_one_of:
        - [path, url]
      keeps_state: key
      fields:
        path:
          type: input_path
          aliases: [file]
          description: File or glob.
        url: {type: string, description: Address.}
        header:
          type: [boolean, integer]
          default: true
          description: Whether there is a header, or its line.
        mode: {type: string, allowed: [append, 1, true, "null"], default: append, description: m}
        key:
          type: string
          secret: true
          required_if: {mode: append, header: false}
          description: k
        names: {type: list, elements: string, default: [a, b], min: 1, max: 9, description: n}
        rate: {type: number, default: 1.5, description: r}
        chunk_size: {refused: the engine sizes its own chunks}
      """;

  @Test
  void read_understandsEveryKey_whenTheDocumentIsComplete() {
    ComponentSpec spec = ComponentYaml.read(COMPLETE, "x.yaml");

    assertThat(spec.name()).isEqualTo("filesystem.csv_extractor");
    assertThat(spec.version()).isEqualTo("1.0");
    assertThat(spec.spiVersion()).isEqualTo(1);
    assertThat(spec.kind()).isEqualTo(ComponentKind.EXTRACTOR);
    assertThat(spec.inputs()).isEqualTo(ComponentSpec.Inputs.NONE);
    assertThat(spec.exactlyOneOf()).containsExactly(List.of("path", "url"));
    assertThat(spec.keepsState()).isEqualTo("key");
    assertThat(spec.fields())
        .extracting(ConfigField::name)
        .containsExactly("path", "url", "header", "mode", "key", "names", "rate", "chunk_size");
    assertThat(field(spec, "path").aliases()).containsExactly("file");
    assertThat(field(spec, "header").types()).containsExactly(FieldType.BOOLEAN, FieldType.INTEGER);
    assertThat(field(spec, "header").defaultValue()).isEqualTo(true);
    assertThat(field(spec, "key").secret()).isTrue();
    assertThat(field(spec, "key").requiredIf())
        .isEqualTo(Map.of("mode", "append", "header", false));
    assertThat(field(spec, "names").elements()).isEqualTo(FieldType.STRING);
    assertThat(field(spec, "names").defaultValue()).isEqualTo(List.of("a", "b"));
    assertThat(field(spec, "names").min()).isEqualTo(1);
    assertThat(field(spec, "names").max()).isEqualTo(9);
    assertThat(field(spec, "rate").defaultValue()).isEqualTo(1.5);
    assertThat(field(spec, "chunk_size").refused()).isEqualTo("the engine sizes its own chunks");
  }

  @Test
  void allowed_keepsWordsAsWritten_whenYamlReadsThemAsNumbersOrTruthValues() {
    ComponentSpec spec = ComponentYaml.read(COMPLETE, "x");

    assertThat(field(spec, "mode").allowed()).containsExactly("append", "1", "true", "null");
  }

  @Test
  void write_isReadBackEqual_andIsStable() {
    ComponentSpec spec = ComponentYaml.read(COMPLETE, "x.yaml");

    String text = ComponentYaml.write(spec);

    assertThat(ComponentYaml.read(text, "written")).isEqualTo(spec);
    assertThat(ComponentYaml.write(ComponentYaml.read(text, "written"))).isEqualTo(text);
  }

  @Test
  void read_reportsEveryProblemWithItsLine_atOnce() {
    String text =
        """
        name: Bad Name
        version: 1
        spi_version: one
        kind: extracter
        summary: s
        inputs: none
        exactly_one_of: [[path], [path, nowhere]]
        feilds: {}
        fields:
          path: {type: input_paht, description: p}
          path: {type: string, description: p}
          size: {type: string, min: 3, default: 7, description: d}
          flag: {type: boolean, required: yes, description: f}
          list: {type: [list], elements: map, allowed: [~]}
          text: plain
          when: {type: string, required_if: {nobody: 1, path: [1]}, description: w}
          also: {type: string, aliases: [when], description: a}
        """;

    ComponentYamlException failure =
        catchThrowableOfType(
            ComponentYamlException.class, () -> ComponentYaml.read(text, "bad.yaml"));

    assertThat(failure.problems())
        .extracting(YamlProblem::toString)
        .containsExactlyInAnyOrder(
            "line 8: key 'feilds' is not known; did you mean 'fields'?",
            "line 1: 'name' must be words of lower-case letters, digits, '_' and '-' joined by"
                + " dots, at most 128 characters",
            "line 3: 'spi_version' must be a whole number, and is 'one'",
            "line 4: 'kind' must be one of extractor, processor, writer, and is 'extracter'; did"
                + " you mean 'extractor'?",
            "line 7: a group of 'exactly_one_of' needs two keys or more",
            "line 7: 'exactly_one_of' names 'nowhere', which is no field",
            "line 10: 'type' must be one of string, character, boolean, integer, number, size,"
                + " duration, list, map, input_path, output_path, sql, and is 'input_paht'; did you"
                + " mean 'input_path'?",
            "line 11: key 'path' is already given on line 10",
            "line 12: field 'size' has 'min' or 'max', which needs type integer, number or list",
            "line 12: the default of 'size' must be a text",
            "line 13: 'required' must be true or false, and is 'yes'",
            "line 14: 'allowed' has an empty element; put words like null in quotes",
            "line 14: field 'list' needs a 'description'",
            "line 15: field 'text' must be a map with 'type' and so on",
            "line 16: 'required_if' names 'nobody', which is no other field",
            "line 16: 'required_if' needs one value for 'path'",
            "line 17: 'when' is already a field or alias on line 16");
    assertThat(failure).hasMessageContaining("bad.yaml:8: key 'feilds'");
  }

  @Test
  void read_namesTheRequiredKeys_whenTheyAreAbsent() {
    assertThatThrownBy(() -> ComponentYaml.read("summary: s\n", "x"))
        .hasMessageContaining("'name' is required")
        .hasMessageContaining("'version' is required")
        .hasMessageContaining("'spi_version' is required")
        .hasMessageContaining("'kind' is required")
        .hasMessageContaining("'inputs' is required")
        .hasMessageContaining("'fields' is required; write {} when there are none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: string, secret: true, default: x, description: d}|is 'secret', which excludes",
        "{type: integer, min: 5, max: 2, description: d}|has a 'min' above its 'max'",
        "{type: integer, min: 5, default: 2, description: d}|default of 'f' must be at least 5",
        "{type: string, elements: string, description: d}|has 'elements', which needs",
        "{type: string, required: true, default: x, description: d}|is 'required', which excludes",
        "{description: d}|needs a 'type'",
        "{type: integer, default: 99999999999999999999, description: d}|not a number of at most 64",
        "{type: number, default: .inf, description: d}|not a number of at most 64",
        "{type: string, default: !!binary aGk=, description: d}|tag tag:yaml.org,2002:binary",
        "{type: string, ? [a] : b, description: d}|a key must be a text",
      })
  void read_refusesTheField_whenItContradictsItself(String field, String problem) {
    assertThatThrownBy(() -> ComponentYaml.read(withField(field), "x"))
        .isInstanceOf(ComponentYamlException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void read_refusesTheDocument_whenItIsBuiltToExhaustItsReader() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      String alias = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", Collections.nCopies(8, alias))));
    }
    String manyAliases = "a: &a x\nb: [" + "*a, ".repeat(101) + "]\n";

    assertRefused(bomb.toString(), "has too many values once its aliases are followed");
    assertRefused(manyAliases, "has more than 100 aliases");
    assertRefused("[".repeat(100_000), "is nested too deeply");
    assertRefused("a: &a {b: *a}\n", "has too many values once its aliases are followed");
    assertRefused("x".repeat(300 * 1024), "the document is longer than");
    assertRefused("a: 1\n---\nb: 2\n", "is not YAML");
    assertRefused("a: [1\nb: 2\n", "is not YAML");
    assertRefused("", "the document is empty");
    assertRefused("- a\n", "the document must be a map");
  }

  @Test
  void read_throwsOnlyItsOwnException_whenTheTextIsDamaged() {
    long seed = 20_261_122;
    Random random = new Random(seed);
    int read = 0;
    for (int i = 0; i < 1_500; i++) {
      StringBuilder text = new StringBuilder(COMPLETE);
      for (int j = random.nextInt(4); j >= 0; j--) {
        int at = random.nextInt(text.length());
        text.replace(at, at + 1, String.valueOf((char) random.nextInt(1, 300)));
      }
      try {
        ComponentSpec spec = ComponentYaml.read(text.toString(), "fuzz");
        assertThat(ComponentYaml.read(ComponentYaml.write(spec), "again"))
            .as("seed %d round %d", seed, i)
            .isEqualTo(spec);
        read++;
      } catch (ComponentYamlException refused) {
        assertThat(refused.problems()).isNotEmpty();
      }
    }
    assertThat(read).isPositive();
  }

  private static void assertRefused(String text, String problem) {
    assertThatThrownBy(() -> ComponentYaml.read(text, "x"))
        .isInstanceOf(ComponentYamlException.class)
        .hasMessageContaining(problem);
  }

  private static String withField(String field) {
    List<String> lines = new ArrayList<>();
    lines.add("{name: a.b, version: '1', spi_version: 1, kind: writer, summary: s, inputs: any,");
    lines.add(" fields: {f: " + field + "}}");
    return String.join("\n", lines);
  }

  private static ConfigField field(ComponentSpec spec, String name) {
    return spec.field(name).orElseThrow();
  }
}
