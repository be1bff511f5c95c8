package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.RowBatch;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Reads {@code numeric}: digits of base 10,000 with a weight, in groups of two bytes.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-numeric.html">the type</a>
 */
final class NumericDecoder implements Decoder {

  private static final int NEGATIVE = 0x4000;
  private static final int NAN = 0xC000;
  private static final int INFINITY = 0xD000;
  private static final int NEGATIVE_INFINITY = 0xF000;
  private static final int BASE_DIGITS = 4;
  private static final long[] POWERS = powers();

  /** How the number leaves. */
  enum Form {
    DECIMAL,
    TEXT,
    DOUBLE
  }

  private final Form form;
  private final int precision;
  private final int scale;

  /** Of a DECIMAL the digits, and those behind the point. */
  NumericDecoder(Form form, int precision, int scale) {
    this.form = form;
    this.precision = precision;
    this.scale = scale;
  }

  @Override
  public void decode(RowBatch batch, int column, int row, byte[] source, int offset, int length) {
    int groups = Wire.int16(source, offset);
    int weight = Wire.int16(source, offset + 2);
    int sign = Wire.int16(source, offset + 4) & 0xFFFF;
    if (sign != 0 && sign != NEGATIVE) {
      special(batch, column, row, sign);
      return;
    }
    if (form == Form.DECIMAL && precision <= 18) {
      batch.setLong(column, row, unscaled(source, offset + 8, groups, weight, sign != 0));
      return;
    }
    int displayed = Wire.int16(source, offset + 6);
    BigDecimal value = value(source, offset + 8, groups, weight, displayed, sign != 0);
    switch (form) {
      case TEXT -> batch.setText(column, row, value.toPlainString());
      case DOUBLE -> batch.setDouble(column, row, value.doubleValue());
      case DECIMAL -> {
        BigInteger number = number(value);
        batch.setHuge(column, row, number.shiftRight(64).longValue(), number.longValue());
      }
    }
  }

  /** Of numbers that fit 18 digits, without an object. */
  private long unscaled(byte[] source, int at, int groups, int weight, boolean negative) {
    long value = 0;
    // Power of ten of the last digit of a group, in units of the column's scale.
    int power = weight * BASE_DIGITS + scale;
    for (int i = 0; i < groups; i++, power -= BASE_DIGITS) {
      long group = Wire.int16(source, at + 2 * i);
      if (power >= POWERS.length || power > 18) {
        throw tooLarge();
      }
      long part;
      if (power >= 0) {
        part = Math.multiplyHigh(group, POWERS[power]) == 0 ? group * POWERS[power] : -1;
      } else {
        long divisor = power <= -BASE_DIGITS ? 10_000 : POWERS[-power];
        if (group % divisor != 0) {
          throw new Decoder.Unfitting("has more than " + scale + " digits behind the point");
        }
        part = group / divisor;
      }
      value += part;
      if (part < 0 || value < 0) {
        throw tooLarge();
      }
    }
    return negative ? -value : value;
  }

  private BigInteger number(BigDecimal value) {
    BigDecimal scaled;
    try {
      scaled = value.setScale(scale);
    } catch (ArithmeticException inexact) {
      throw new Decoder.Unfitting("has more than " + scale + " digits behind the point");
    }
    if (scaled.precision() > precision) {
      throw tooLarge();
    }
    return scaled.unscaledValue();
  }

  private static BigDecimal value(
      byte[] source, int at, int groups, int weight, int displayed, boolean negative) {
    StringBuilder digits =
        new StringBuilder(groups * BASE_DIGITS + 2).append(negative ? "-0" : "0");
    for (int i = 0; i < groups; i++) {
      int group = Wire.int16(source, at + 2 * i);
      digits
          .append((char) ('0' + group / 1000))
          .append((char) ('0' + group / 100 % 10))
          .append((char) ('0' + group / 10 % 10))
          .append((char) ('0' + group % 10));
    }
    int lastPower = (weight - groups + 1) * BASE_DIGITS;
    BigDecimal value = new BigDecimal(new BigInteger(digits.toString()), -lastPower);
    // The server says how many digits it shows behind the point; zeros that fill groups are not
    // some.
    return value.setScale(displayed);
  }

  private void special(RowBatch batch, int column, int row, int sign) {
    double value =
        switch (sign) {
          case INFINITY -> Double.POSITIVE_INFINITY;
          case NEGATIVE_INFINITY -> Double.NEGATIVE_INFINITY;
          case NAN -> Double.NaN;
          default -> throw new IllegalStateException("numeric of sign " + sign);
        };
    switch (form) {
      case DOUBLE -> batch.setDouble(column, row, value);
      case TEXT -> batch.setText(column, row, String.valueOf(value));
      case DECIMAL -> throw new Decoder.Unfitting("is NaN or infinite");
    }
  }

  private Decoder.Unfitting tooLarge() {
    return new Decoder.Unfitting(
        "has more than " + (precision - scale) + " digits before the point");
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
