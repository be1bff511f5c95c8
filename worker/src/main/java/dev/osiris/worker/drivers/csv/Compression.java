package dev.osiris.worker.drivers.csv;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.util.Locale;

/** How a file is packed. */
enum Compression {
  NONE("none"),
  GZIP("gzip"),
  ZSTD("zstd");

  private final String word;

  Compression(String word) {
    this.word = word;
  }

  /** The word that DuckDB knows it by. */
  String word() {
    return word;
  }

  /**
   * What the configuration says, or the ending of the name for {@code infer}.
   *
   * @throws StepException {@code CONFIG_INVALID} for one that is not served
   */
  static Compression of(String configured, String fileName) {
    String word = configured.toLowerCase(Locale.ROOT);
    return named(word.equals("infer") ? ending(fileName.toLowerCase(Locale.ROOT)) : word);
  }

  private static String ending(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return switch (last) {
      case "gz" -> "gzip";
      case "zst" -> "zstd";
      case "bz2", "xz", "zip" -> last;
      default -> "none";
    };
  }

  private static Compression named(String word) {
    return switch (word) {
      case "none" -> NONE;
      case "gzip", "gz" -> GZIP;
      case "zstd", "zst" -> ZSTD;
      case "bz2", "xz", "zip" ->
          throw StepException.of(
              FailureCode.CONFIG_INVALID,
              "compression '" + word + "' is not read: the engine unpacks gzip and zstd only",
              "pack the file with gzip or zstd, or unpack it first");
      default ->
          throw StepException.of(
              FailureCode.CONFIG_INVALID,
              "config key 'compression' must be one of infer, none, gzip, zstd");
    };
  }
}
