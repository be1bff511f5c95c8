package dev.osiris.worker.drivers.csv;

import dev.osiris.driver.StepConfig;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How the text of a file becomes bytes.
 *
 * @param mark written first; empty for none
 * @param lineEnd the last character of a record
 */
record TextForm(Charset charset, String mark, char lineEnd, Compression compression) {

  /**
   * Reads it.
   *
   * @throws StepException {@code CONFIG_INVALID}
   */
  static TextForm of(StepConfig config, String path) {
    String encoding = config.text("encoding").toLowerCase(Locale.ROOT).replace('_', '-');
    Charset charset =
        switch (encoding) {
          case "utf-8", "utf8" -> StandardCharsets.UTF_8;
          // With a mark and little-endian, as Python writes it and Excel expects it.
          case "utf-16", "utf16" -> StandardCharsets.UTF_16LE;
          case "ascii", "us-ascii" -> StandardCharsets.US_ASCII;
          case "latin-1", "latin1", "iso-8859-1" -> StandardCharsets.ISO_8859_1;
          default ->
              throw StepException.of(
                  FailureCode.CONFIG_INVALID,
                  "config key 'encoding' must be one of utf-8, utf-16, ascii, latin-1");
        };
    Compression compression =
        Compression.of(config.text("compression"), Path.of(path).getFileName().toString());
    if (compression == Compression.ZSTD && !charset.equals(StandardCharsets.UTF_8)) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "zstd files are written in utf-8 only",
          "use gzip, or encoding utf-8");
    }
    return new TextForm(
        charset,
        charset.equals(StandardCharsets.UTF_16LE) ? "\uFEFF" : "",
        config.text("newline").equalsIgnoreCase("cr") ? '\r' : '\n',
        compression);
  }

  /** Whether the engine writes it by itself. */
  boolean isNative() {
    return charset.equals(StandardCharsets.UTF_8);
  }
}
