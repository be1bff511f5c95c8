package dev.osiris.worker.drivers.postgres.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.step.Column;
import dev.osiris.worker.database.Source;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumericEncoderTest {

  private static final long SEED = 4;
  private static final TargetType ANY = numeric(-1);

  @Test
  void decimals_areRead_asTheyWere_whateverTheirDigits() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      int precision = 1 + random.nextInt(38);
      int scale = random.nextInt(precision + 1);
      BigInteger number = number(random, precision);
      assertThat(through(number, "DECIMAL(" + precision + "," + scale + ")", ANY))
          .as("seed %d, %s with %d digits behind the point", SEED, number, scale)
          .isEqualTo(new BigDecimal(number, scale));
    }
  }

  @Test
  void wholeNumbers_areRead_toTheLeastOfAll() {
    for (long value :
        new long[] {0, 1, -1, 9_999, 10_000, 100_000_000, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThat(through(BigInteger.valueOf(value), "BIGINT", ANY))
          .isEqualTo(BigDecimal.valueOf(value));
    }
  }

  @Test
  void numberThatTheColumnWouldRound_doesNotFit() {
    // numeric(9,2), as PostgreSQL packs it.
    TargetType two = numeric((9 << 16 | 2) + 4);
    assertThat(through(BigInteger.valueOf(12_340), "DECIMAL(9,3)", two))
        .isEqualTo(new BigDecimal("12.340"));
    assertThatThrownBy(() -> through(BigInteger.valueOf(12_345), "DECIMAL(9,3)", two))
        .isInstanceOf(Encoder.Unfitting.class)
        .hasMessage("has more than 2 digits behind the point");
    assertThatThrownBy(() -> through(BigInteger.valueOf(12_345), "DECIMAL(38,3)", two))
        .isInstanceOf(Encoder.Unfitting.class);
  }

  private static BigInteger number(Random random, int digits) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
    for (int i = 0; i < digits; i++) {
      // Many zeros: groups of them are left out at both ends.
      text.append(random.nextInt(3) == 0 ? (char) ('0' + random.nextInt(10)) : '0');
    }
    return new BigInteger(text.toString());
  }

  private static BigDecimal through(BigInteger number, String type, TargetType target) {
    CopyBuffer out = new CopyBuffer(256);
    new NumericEncoder(Source.of(new Column("n", type, true)), target)
        .encode(new OneNumber(number), 0, 0, out);
    return read(ByteBuffer.wrap(out.bytes(), 0, out.size()));
  }

  /** As the type's documentation has it: digits of base 10,000, the first of which has a weight. */
  private static BigDecimal read(ByteBuffer bytes) {
    assertThat(bytes.getInt()).isEqualTo(bytes.remaining());
    int digits = bytes.getShort();
    int weight = bytes.getShort();
    int sign = bytes.getShort();
    int shown = bytes.getShort();
    BigDecimal value = BigDecimal.ZERO;
    for (int i = 0; i < digits; i++) {
      int digit = bytes.getShort();
      assertThat(digit).isBetween(i == 0 || i == digits - 1 ? 1 : 0, 9_999);
      value = value.add(BigDecimal.valueOf(digit).scaleByPowerOfTen(4 * (weight - i)));
    }
    return (sign == 0 ? value : value.negate()).setScale(shown);
  }

  private static TargetType numeric(int modifier) {
    return new TargetType("numeric_recv", modifier, "numeric", "numeric");
  }
}
