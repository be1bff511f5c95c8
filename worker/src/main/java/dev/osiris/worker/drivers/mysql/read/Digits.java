package dev.osiris.worker.drivers.mysql.read;

/**
 * Numbers that come as digits in ASCII, read without their point. Holds the last that was read;
 * used by one thread.
 */
final class Digits {

  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private static final int AT_ONCE = 18;

  private long high;
  private long low;

  /** The number's upper 64 bits. */
  long high() {
    return high;
  }

  /** The number's lower 64 bits. */
  long low() {
    return low;
  }

  /**
   * Reads a number of at most 38 digits.
   *
   * @param scale digits behind the point that it is to have
   * @param most digits in all that it may have
   * @return whether it has no more
   */
  boolean read(byte[] source, int from, int length, int scale, int most) {
    int at = from;
    int end = from + length;
    boolean negative = at < end && source[at] == '-';
    if (negative) {
      at++;
    }
    while (at < end && source[at] == '0') {
      at++;
    }
    high = 0;
    low = 0;
    int digits = 0;
    int missing = scale;
    boolean behind = false;
    long part = 0;
    int partDigits = 0;
    for (; at < end; at++) {
      int digit = source[at] - '0';
      if (digit == '.' - '0' && !behind) {
        behind = true;
        continue;
      }
      if (digit < 0 || digit > 9 || behind && --missing < 0) {
        return false;
      }
      if (digits > 0 || digit != 0) {
        digits++;
      }
      part = part * 10 + digit;
      if (++partDigits == AT_ONCE) {
        append(part, POWERS[AT_ONCE]);
        part = 0;
        partDigits = 0;
      }
    }
    for (; missing > 0; missing--) {
      digits += digits > 0 ? 1 : 0;
      part *= 10;
      if (++partDigits == AT_ONCE) {
        append(part, POWERS[AT_ONCE]);
        part = 0;
        partDigits = 0;
      }
    }
    if (digits > most) {
      return false;
    }
    append(part, POWERS[partDigits]);
    if (negative) {
      high = ~high + (low == 0 ? 1 : 0);
      low = -low;
    }
    return true;
  }

  private void append(long part, long power) {
    if (high == 0 && low == 0) {
      low = part;
      return;
    }
    long product = low * power;
    high = high * power + Math.unsignedMultiplyHigh(low, power);
    low = product + part;
    if (Long.compareUnsigned(low, product) < 0) {
      high++;
    }
  }
}
