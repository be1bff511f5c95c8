package dev.osiris.step;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The name of a step, which is also a file name: letters of any script, digits, space, {@code _ -
 * .}, at most 180 bytes of UTF-8 in normal form C, no dot or space at either end, no device name of
 * Windows.
 */
public record StepId(String value) implements Comparable<StepId> {

  private static final int MAX_BYTES = 180;
  private static final Set<String> DEVICES =
      Set.of("con", "prn", "aux", "nul", "conin$", "conout$");

  /**
   * Checks the rules.
   *
   * @throws IllegalArgumentException saying which rule is broken
   */
  public StepId {
    problem(value)
        .ifPresent(problem -> {
          throw new IllegalArgumentException("step id '" + printable(value) + "' " + problem);
        });
  }

  /**
   * What is wrong with a would-be id, as the end of the sentence "step id 'x' …"; empty when it is
   * legal.
   */
  public static Optional<String> problem(String value) {
    if (value.isEmpty()) {
      return Optional.of("is empty");
    }
    if (value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return Optional.of("is longer than " + MAX_BYTES + " bytes of UTF-8");
    }
    if (!Normalizer.isNormalized(value, Normalizer.Form.NFC)) {
      return Optional.of("is not in Unicode normal form C");
    }
    if (value.codePoints().anyMatch(StepId::isIllegal)) {
      return Optional.of("may hold only letters, digits, space, '_', '-' and '.'");
    }
    if (isEdge(value.charAt(0)) || isEdge(value.charAt(value.length() - 1))) {
      return Optional.of("may not begin or end with a dot or a space");
    }
    String stem = value.split("\\.", 2)[0].toLowerCase(Locale.ROOT);
    if (DEVICES.contains(stem) || stem.matches("(com|lpt)[0-9]")) {
      return Optional.of("is a device name on Windows");
    }
    return Optional.empty();
  }

  /** Two ids with the same key would be one file on a disk that ignores case. */
  public String caseKey() {
    return value.toLowerCase(Locale.ROOT);
  }

  private static boolean isIllegal(int codePoint) {
    // Marks belong to the letters of many scripts (Devanagari, Thai) and have no precomposed form.
    boolean mark =
        switch (Character.getType(codePoint)) {
          case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> true;
          default -> false;
        };
    return !Character.isLetter(codePoint)
        && !Character.isDigit(codePoint)
        && !mark
        && " _-.".indexOf(codePoint) < 0;
  }

  private static boolean isEdge(char character) {
    return character == '.' || character == ' ';
  }

  private static String printable(String value) {
    String clean = value.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 80 ? clean.substring(0, 80) + "…" : clean;
  }

  @Override
  public int compareTo(StepId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
