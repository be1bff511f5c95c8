package dev.osiris.host.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {

  @ParameterizedTest
  @CsvSource({
    "10, long",
    "-3, long",
    "+4, long",
    "010, long",
    "0x1F, long",
    "0o17, long",
    "1.5, double",
    "1e3, double",
    "1.0E-7, double",
    "true, boolean",
    "TRUE, boolean",
    "False, boolean",
    "yes, text",
    "off, text",
    "2024-01-31, text",
    "12:30:45, text",
    "1_000, text",
    "0.1.0, text",
    "1.2.3, text",
    "'~', empty",
    "null, empty"
  })
  void scalar_hasTheTypeOfTheCoreSchema(String written, String type) {
    Object value = values("x: " + written).get("x");

    String found =
        switch (value) {
          case null -> "empty";
          case Long _ -> "long";
          case Double _ -> "double";
          case Boolean _ -> "boolean";
          default -> "text";
        };
    assertThat(found).isEqualTo(type);
  }

  @Test
  void integer_isReadInItsBase() {
    assertThat(values("{a: 010, b: 0x1F, c: 0o17, d: \"010\"}"))
        .containsExactlyInAnyOrderEntriesOf(Map.of("a", 10L, "b", 31L, "c", 15L, "d", "010"));
  }

  @Test
  void tree_knowsLinesAndColumns() {
    YamlNode.Mapping root =
        (YamlNode.Mapping) YamlReader.read("a: 1\nb:\n  - x\n  - y: 2\n").root();

    YamlNode.Sequence list = (YamlNode.Sequence) root.entry("b").orElseThrow().value();
    YamlNode.Mapping item = (YamlNode.Mapping) list.items().get(1);
    assertThat(root.entry("b").orElseThrow().at()).isEqualTo(new Position(2, 1));
    assertThat(list.items().get(0).at()).isEqualTo(new Position(3, 5));
    assertThat(item.entry("y").orElseThrow().value().at()).isEqualTo(new Position(4, 8));
  }

  @Test
  void alias_standsForItsAnchor() {
    Map<String, Object> expected = new HashMap<>();
    expected.put("a", Arrays.asList(1L, null));
    expected.put("b", Arrays.asList(1L, null));
    assertThat(values("a: &l [1, null]\nb: *l\n")).isEqualTo(expected);
  }

  @Test
  void aliases_areRefused_whenThereAreMoreThanAHundred() {
    String hundred = "a: &x 1\nb: [" + "*x, ".repeat(99) + "*x]\n";
    String more = "a: &x 1\nb: [" + "*x, ".repeat(100) + "*x]\n";

    assertThat(YamlReader.read(hundred).problems()).isEmpty();
    assertThat(YamlReader.read(more).problems())
        .extracting(YamlProblem::message)
        .containsExactly("holds more than 100 aliases");
  }

  @Test
  void nestedAliases_areRefused_beforeTheyAreWrittenOut() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String alias = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(i, i, String.join(", ", java.util.Collections.nCopies(10, alias))));
    }

    assertThat(YamlReader.read(bomb.toString()).problems())
        .extracting(YamlProblem::message)
        .containsExactly("is too large once its aliases are written out");
  }

  @Test
  void deepText_isRefused_withoutEndingTheThread() {
    assertThat(YamlReader.read("[".repeat(500_000)).problems())
        .containsExactly(new YamlProblem(new Position(1, 102), "is nested deeper than 100 levels"));
  }

  @Test
  void largeText_isRefused() {
    String text = "x: " + "y".repeat(YamlReader.MAX_BYTES - 3);

    assertThat(YamlReader.read(text).problems()).isEmpty();
    assertThat(YamlReader.read(text + "y").problems())
        .extracting(YamlProblem::message)
        .containsExactly("is larger than 1 MiB");
  }

  @Test
  void file_isAProblem_whenItCannotBeRead(@TempDir Path folder) throws IOException {
    Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xFC});
    Path large = Files.write(folder.resolve("large.yaml"), new byte[YamlReader.MAX_BYTES + 1]);
    Path marked = Files.writeString(folder.resolve("marked.yaml"), "\uFEFFa: ü\n");

    assertThat(message(latin)).isEqualTo("is not UTF-8");
    assertThat(message(large)).isEqualTo("is larger than 1 MiB");
    assertThat(message(folder.resolve("none.yaml"))).isEqualTo("does not exist");
    assertThat(message(folder)).isEqualTo("cannot be read: it is a folder");
    assertThat(((YamlNode.Mapping) YamlReader.read(marked).root()).value())
        .isEqualTo(Map.of("a", "ü"));
  }

  @Test
  void controlCharacters_areAProblemAndNotAnException() {
    assertThat(YamlReader.read("a: \u0001\n").problems()).hasSize(1);
    assertThat(YamlReader.read("a: \"\\uD800\"\n").problems()).hasSize(1);
  }

  private static String message(Path file) {
    return YamlReader.read(file).problems().getFirst().message();
  }

  private static Map<String, Object> values(String text) {
    YamlDocument document = YamlReader.read(text);
    assertThat(document.problems()).isEmpty();
    return ((YamlNode.Mapping) document.root()).value();
  }
}
