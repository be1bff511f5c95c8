package dev.osiris.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({"500ms,500", "30s,30000", "5m,300000", "2h,7200000", "1.5s,1500", "0s,0"})
  void parse_readsUnits(String text, long millis) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "s", "1d", "-1s", "1m30s"})
  void parse_saysWhatItAccepts_whenTextIsNoDuration(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("30s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "500ms", "30s", "5m", "2h", "1500ms"})
  void of_isReadBackAsTheSame(String text) {
    assertThat(DurationText.of(DurationText.parse(text))).isEqualTo(text);
  }
}
