package dev.osiris.worker.drivers.csv;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.util.Locale;

/** The encodings that the engine reads. */
enum Encoding {
  UTF_8("utf-8"),
  UTF_16("utf-16"),
  LATIN_1("latin-1");

  private final String word;

  Encoding(String word) {
    this.word = word;
  }

  /** The word that DuckDB knows it by. */
  String word() {
    return word;
  }

  /**
   * The encoding of that name. ASCII is read as the UTF-8 that it is a part of.
   *
   * @throws StepException {@code CONFIG_INVALID}
   */
  static Encoding of(String name) {
    return switch (name.toLowerCase(Locale.ROOT).replace('_', '-')) {
      case "utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii" -> UTF_8;
      case "utf-16", "utf16", "utf-16le", "utf-16-le" -> UTF_16;
      case "latin-1", "latin1", "iso-8859-1" -> LATIN_1;
      default ->
          throw StepException.of(
              FailureCode.CONFIG_INVALID,
              "encoding '" + name + "' is not read: the engine decodes utf-8, utf-16 and latin-1",
              "convert the file to utf-8 first");
    };
  }
}
