package dev.osiris.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassedVariablesTest {
  @Test
  void named_isPassedWithItsValue_andNothingElse() {
    Map<String, String> here = Map.of("A", "1", "B", "2");
    assertThat(PassedVariables.checked("A", here)).isEqualTo("A");
    assertThat(PassedVariables.of(List.of("A"), here)).isEqualTo(Map.of("A", "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "JAVA_TOOL_OPTIONS",
        "_JAVA_OPTIONS",
        "LD_PRELOAD",
        "LD_AUDIT",
        "OSIRIS_HEAP",
        "TZ"
      })
  void variableThatWouldChangeTheWorker_isRefused(String name) {
    assertThatThrownBy(() -> PassedVariables.checked(name, Map.of(name, "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name);
  }

  @Test
  void variableThatIsNotSet_isRefused() {
    assertThatThrownBy(() -> PassedVariables.checked("MISSING", Map.of()))
        .hasMessageContaining("MISSING is not set");
  }

  @Test
  void assignment_isRefused() {
    assertThatThrownBy(() -> PassedVariables.checked("A=1", Map.of("A", "1")))
        .hasMessageContaining("is no name");
  }
}
