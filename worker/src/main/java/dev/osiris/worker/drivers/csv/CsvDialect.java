package dev.osiris.worker.drivers.csv;

import dev.osiris.driver.StepConfig;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The characters that give a CSV file its form. */
record CsvDialect(char delimiter, char quote, char escape, @Nullable Character comment) {

  /**
   * Reads and checks them.
   *
   * @throws StepException {@code CONFIG_INVALID}; a character outside of ASCII would end the engine
   */
  static CsvDialect of(StepConfig config) {
    char quote = character(config, "quote").orElse('"');
    CsvDialect dialect =
        new CsvDialect(
            character(config, "delimiter").orElse(','),
            quote,
            character(config, "escape").orElse(quote),
            character(config, "comment").orElse(null));
    Map<Character, String> uses = new LinkedHashMap<>();
    dialect.claim(uses, "delimiter", dialect.delimiter);
    dialect.claim(uses, "quote", dialect.quote);
    if (dialect.escape != dialect.quote) {
      dialect.claim(uses, "escape", dialect.escape);
    }
    if (dialect.comment != null) {
      dialect.claim(uses, "comment", dialect.comment);
    }
    return dialect;
  }

  /**
   * The text that stands for NULL.
   *
   * @throws StepException {@code CONFIG_INVALID} when it could not be told from the file's form
   */
  String nullText(String key, String text) {
    if (text.indexOf(delimiter) >= 0
        || text.indexOf(quote) >= 0
        || text.indexOf('\n') >= 0
        || text.indexOf('\r') >= 0) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "config key '" + key + "' must not hold the delimiter, the quote or a line end");
    }
    return text;
  }

  private static Optional<Character> character(StepConfig config, String key) {
    return config.optionalText(key).map(text -> single(key, text));
  }

  private static char single(String key, String text) {
    if (text.length() != 1
        || text.charAt(0) == 0
        || text.charAt(0) > 126
        || text.equals("\n")
        || text.equals("\r")) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "config key '" + key + "' must be one ASCII character other than a line end");
    }
    return text.charAt(0);
  }

  private void claim(Map<Character, String> uses, String key, char character) {
    String other = uses.put(character, key);
    if (other != null) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "config keys '" + other + "' and '" + key + "' must not be the same character");
    }
  }
}
