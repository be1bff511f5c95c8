package dev.osiris.worker.drivers.csv;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The encodings that the engine reads. */
@SuppressWarnings("ImmutableEnumChecker") // Charset is immutable and does not say so.
enum Encoding {
  UTF_8("utf-8", StandardCharsets.UTF_8),
  UTF_16("utf-16", StandardCharsets.UTF_16LE),
  LATIN_1("latin-1", StandardCharsets.ISO_8859_1);

  private final String word;
  private final Charset charset;

  Encoding(String word, Charset charset) {
    this.word = word;
    this.charset = charset;
  }

  Charset charset() {
    return charset;
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
