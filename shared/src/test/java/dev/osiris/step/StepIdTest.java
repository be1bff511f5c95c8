package dev.osiris.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepIdTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "extract-actors",
        "select",
        "größe",
        "映画",
        "a b",
        "v1.2",
        "हिन्दी",
        "x_1",
        "main",
        "console"
      })
  void id_isAccepted_whenItFollowsTheRules(String id) {
    assertThat(new StepId(id).value()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", ".a", "a.", " a", "a ", "a/b", "a\\b", "../x", "a\"b", "a'b", "a\nb", "a\0b",
        "con", "NUL", "com1.x", "a:b", "a*b", "e\u0301", "🎬"
      })
  void id_isRefused_whenItCouldNotBeAFileName(String id) {
    assertThatThrownBy(() -> new StepId(id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("step id '");
  }

  @Test
  void id_isRefused_whenLongerThanItsBytes() {
    assertThat(new StepId("ü".repeat(90)).value()).hasSize(90);
    assertThatThrownBy(() -> new StepId("ü".repeat(91))).hasMessageContaining("180 bytes");
  }

  @Test
  void caseKey_isTheSame_whenIdsDifferByCaseAlone() {
    assertThat(new StepId("Größe").caseKey()).isEqualTo(new StepId("gRÖßE").caseKey());
  }
}
