package dev.osiris.worker.drivers.postgres.encode;

import dev.osiris.driver.RowReader;
import dev.osiris.worker.database.Source;
import java.math.BigDecimal;

/**
 * Writes {@code numeric}: digits of base 10,000 with the weight of the first, without zeros at
 * either end. One that the column would round does not fit; whether it is too large says the
 * server.
 */
final class NumericEncoder implements Encoder {

  private static final int BASE = 10_000;
  private static final int BASE_DIGITS = 4;
  private static final int NEGATIVE = 0x4000;
  private static final int NAN = 0xC000;
  private static final int INFINITY = 0xD000;
  private static final int NEGATIVE_INFINITY = 0xF000;
  private static final int HEADER = 12;
  private static final long[] POWERS = powers();

  private final boolean inLong;
  private final int scale;
  private final int kept;
  private final NumberEncoders.Exact exact;
  // Groups of a number of 64 bits, the last first.
  private final int[] groups = new int[12];

  /** Of values of that type, for a column of that one. */
  NumericEncoder(Source source, TargetType target) {
    this.inLong = source.kind() == Source.Kind.INTEGER || source.isShortDecimal();
    this.scale = source.scale();
    this.kept = target.numericScale();
    this.exact = NumberEncoders.exact(source);
  }

  @Override
  public void encode(RowReader rows, int column, int row, CopyBuffer out) {
    if (inLong) {
      encode(rows.getLong(column, row), out);
      return;
    }
    BigDecimal value = exact.of(rows, column, row);
    if (value == null) {
      special(rows.getDouble(column, row), out);
    } else {
      encode(value, out);
    }
  }

  private void encode(long unscaled, CopyBuffer out) {
    if (scale > kept && unscaled % power(scale - kept) != 0) {
      throw tooPrecise();
    }
    boolean negative = unscaled < 0;
    long whole = unscaled / POWERS[scale];
    long fraction = unscaled % POWERS[scale];
    // Negated piece by piece: the least number of 64 bits has no positive.
    int count = 0;
    int behind = (scale + BASE_DIGITS - 1) / BASE_DIGITS;
    long rest = Math.abs(fraction);
    int odd = behind * BASE_DIGITS - scale;
    if (behind > 0) {
      long step = POWERS[BASE_DIGITS - odd];
      groups[count++] = (int) (rest % step * POWERS[odd]);
      rest /= step;
      for (; count < behind; rest /= BASE) {
        groups[count++] = (int) (rest % BASE);
      }
    }
    for (long left = whole; left != 0; left /= BASE) {
      groups[count++] = (int) Math.abs(left % BASE);
    }
    int weight = count - behind - 1;
    int last = 0;
    while (last < count && groups[last] == 0) {
      last++;
    }
    while (count > last && groups[count - 1] == 0) {
      count--;
      weight--;
    }
    int digits = count - last;
    header(digits, digits == 0 ? 0 : weight, negative ? NEGATIVE : 0, scale, out);
    for (int i = count - 1; i >= last; i--) {
      out.int16(groups[i]);
    }
  }

  private void encode(BigDecimal number, CopyBuffer out) {
    BigDecimal value = number.scale() < 0 ? number.setScale(0) : number;
    if (value.scale() > kept && value.stripTrailingZeros().scale() > kept) {
      throw tooPrecise();
    }
    int shown = value.scale();
    String digits = value.unscaledValue().abs().toString();
    // Padded to whole groups on both sides of the point.
    int behind = (shown + BASE_DIGITS - 1) / BASE_DIGITS;
    String padded = digits + "0".repeat(behind * BASE_DIGITS - shown);
    int missing = Math.floorMod(-padded.length(), BASE_DIGITS);
    padded = "0".repeat(missing) + padded;
    int count = padded.length() / BASE_DIGITS;
    int weight = count - behind - 1;
    int first = 0;
    while (first < count && group(padded, first) == 0) {
      first++;
      weight--;
    }
    int end = count;
    while (end > first && group(padded, end - 1) == 0) {
      end--;
    }
    out.room(HEADER + 2 * (end - first) + ROOM);
    header(end - first, end == first ? 0 : weight, value.signum() < 0 ? NEGATIVE : 0, shown, out);
    for (int i = first; i < end; i++) {
      out.int16(group(padded, i));
    }
  }

  private static int group(String digits, int index) {
    int at = index * BASE_DIGITS;
    return Integer.parseInt(digits, at, at + BASE_DIGITS, 10);
  }

  private static void special(double value, CopyBuffer out) {
    int sign = Double.isNaN(value) ? NAN : value > 0 ? INFINITY : NEGATIVE_INFINITY;
    header(0, 0, sign, 0, out);
  }

  private static void header(int digits, int weight, int sign, int shown, CopyBuffer out) {
    out.int32(8 + 2 * digits);
    out.int16(digits);
    out.int16(weight);
    out.int16(sign);
    out.int16(shown);
  }

  private Unfitting tooPrecise() {
    return new Unfitting("has more than " + kept + " digits behind the point");
  }

  private static long power(int exponent) {
    return exponent < POWERS.length ? POWERS[exponent] : Long.MAX_VALUE;
  }

  private static long[] powers() {
    long[] powers = new long[19];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = 10 * powers[i - 1];
    }
    return powers;
  }
}
