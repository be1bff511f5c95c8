package dev.osiris.worker.drivers.mysql.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigitsTest {

  private final Digits digits = new Digits();

  @Test
  void number_isThatOfItsDigits_whateverTheirCount() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      int precision = 1 + random.nextInt(38);
      int scale = random.nextInt(precision + 1);
      BigInteger unscaled = new BigInteger(random.nextInt(126), random);
      unscaled = unscaled.mod(BigInteger.TEN.pow(precision));
      BigDecimal value = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);

      assertThat(read(value.toPlainString(), scale, precision))
          .as("seed %d: %s", seed, value)
          .isTrue();
      assertThat(result()).as("seed %d: %s", seed, value).isEqualTo(value.unscaledValue());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 3, 10, 1500",
    "-0.05, 4, 10, -500",
    "007, 0, 3, 7",
    ".25, 2, 2, 25",
    "0, 30, 38, 0",
    "12345678, 30, 38, 12345678000000000000000000000000000000"
  })
  void missingDigitsBehindThePoint_areZeros(String text, int scale, int most, String unscaled) {
    assertThat(read(text, scale, most)).isTrue();
    assertThat(result()).isEqualTo(new BigInteger(unscaled));
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 0, 3",
    "100000000000000000000000000000000000000, 0, 38",
    "123456789, 30, 38",
    "1.25, 1, 10",
    "1e5, 0, 10",
    "--1, 0, 10"
  })
  void numberThatDoesNotFit_isRefused(String text, int scale, int most) {
    assertThat(read(text, scale, most)).isFalse();
  }

  private boolean read(String text, int scale, int most) {
    byte[] bytes = ("#" + text + "9").getBytes(StandardCharsets.US_ASCII);
    return digits.read(bytes, 1, text.length(), scale, most);
  }

  private BigInteger result() {
    return BigInteger.valueOf(digits.high())
        .shiftLeft(64)
        .add(new BigInteger(Long.toUnsignedString(digits.low())));
  }
}
