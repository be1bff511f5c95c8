package dev.osiris.unit;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes. Text form: digits and an optional binary suffix, {@code 256m}, {@code 1.5g}.
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

  private static final Pattern TEXT =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([kmgt]?)i?b?", Pattern.CASE_INSENSITIVE);
  private static final String SUFFIXES = "kmgt";

  /** Checks that the size is not negative. */
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size cannot be negative: " + bytes);
    }
  }

  public static ByteSize ofMiB(long mebibytes) {
    return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  /**
   * Reads a size; suffixes are binary ({@code k m g t}, upper or lower case).
   *
   * @throws IllegalArgumentException when the text is not a size, naming the accepted form
   */
  public static ByteSize parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size; write a number with k, m or g, such as 256m or 2g");
    }
    int power = SUFFIXES.indexOf(matcher.group(2).toLowerCase(Locale.ROOT));
    long unit = matcher.group(2).isEmpty() ? 1 : 1L << (10 * (power + 1));
    double value = Double.parseDouble(matcher.group(1)) * unit;
    if (value > Long.MAX_VALUE) {
      throw new IllegalArgumentException("'" + text + "' is larger than any disk");
    }
    return new ByteSize((long) value);
  }

  public long mebibytes() {
    return bytes >> 20;
  }

  /** The largest binary unit that divides the size without remainder, else one decimal. */
  @Override
  public String toString() {
    for (int power = SUFFIXES.length(); power > 0; power--) {
      long unit = 1L << (10 * power);
      if (bytes >= unit) {
        char suffix = SUFFIXES.charAt(power - 1);
        return bytes % unit == 0
            ? bytes / unit + "" + suffix
            : String.format(Locale.ROOT, "%.1f%c", (double) bytes / unit, suffix);
      }
    }
    return Long.toString(bytes);
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }
}
