package dev.osiris.host.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanonicalYamlTest {

  @Test
  void text_isSortedAndQuotedWhereAReaderCouldTakeItForSomethingElse() {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("z", Arrays.asList(1L, -2.5, true, null, "null", "yes", "1", "", "a b", "a.b-c/d"));
    content.put(
        "a", Map.of("sql", "select \"x\"\n\tfrom 'ü\\'", "none", Map.of(), "list", List.of()));
    content.put("m", List.of(Map.of("b", 1L, "a", List.of(List.of("x"), List.of()))));
    content.put("hidden\u200B\u2028\uFEFF", "\u0000\u0085");

    assertThat(CanonicalYaml.write(content))
        .isEqualTo(
            """
            a:
              list: []
              none: {}
              sql: "select \\"x\\"\\n\\tfrom 'ü\\\\'"
            "hidden\\u200B\\u2028\\uFEFF": "\\u0000\\u0085"
            m:
              - a:
                  -
                    - x
                  - []
                b: 1
            z:
              - 1
              - -2.5
              - true
              - null
              - "null"
              - "yes"
              - "1"
              - ""
              - "a b"
              - a.b-c/d
            """);
  }

  @Test
  void text_readsBackToTheSameValue_forRandomValues() {
    long seed = 20261123;
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      Map<String, Object> content = map(random, 0);
      String text = CanonicalYaml.write(content);

      YamlDocument document = YamlReader.read(text);
      assertThat(document.problems()).as("seed %d, round %d:%n%s", seed, i, text).isEmpty();
      assertThat(((YamlNode.Mapping) document.root()).value())
          .as("seed %d, round %d:%n%s", seed, i, text)
          .isEqualTo(content);
    }
  }

  @Test
  void value_isRefused_whenItHasNoForm() {
    assertThatThrownBy(() -> CanonicalYaml.write(Map.of("x", BigDecimal.ONE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BigDecimal");
    assertThatThrownBy(() -> CanonicalYaml.write(Map.of("x", Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void digest_isThatOfTheBytes() {
    assertThat(CanonicalYaml.sha256("abc"))
        .isEqualTo("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  private static Map<String, Object> map(Random random, int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4) + (depth == 0 ? 1 : 0); i > 0; i--) {
      map.put(word(random), value(random, depth + 1));
    }
    return map;
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 7)) {
      case 0 -> word(random);
      case 1 -> random.nextLong();
      case 2 -> random.nextBoolean() ? random.nextGaussian() * 1e12 : random.nextInt(100) / 4.0;
      case 3 -> random.nextBoolean();
      case 4 -> null;
      case 5 -> map(random, depth);
      default -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(random, depth + 1));
        }
        yield list;
      }
    };
  }

  private static String word(Random random) {
    String letters = "ab09 _-.:#'\"\\\n\t{}[],&*!|>%@`~?=ü本🙂\u0000\u0085\u2028\uFEFF\u200B";
    StringBuilder word = new StringBuilder("k");
    int[] points = letters.codePoints().toArray();
    for (int i = random.nextInt(6); i > 0; i--) {
      word.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return random.nextInt(5) == 0
        ? List.of("true", "null", "no", "12", "1e3", "0x1", "~", ".inf", "a").get(random.nextInt(9))
        : word.toString();
  }
}
