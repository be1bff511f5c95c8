package dev.osiris.worker.drivers.csv;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;

/** Reads bytes of a file that failed: the engine counts records where people count lines. */
final class LineEnds {

  private LineEnds() {}

  /**
   * The 1-based line of a position.
   *
   * @param offset 1-based byte; empty result where the engine counted bytes of a decoded text, or
   *     where Java cannot unpack the file
   */
  static OptionalLong lineAt(Path file, Compression compression, CsvOptions options, long offset)
      throws IOException {
    if (options.encoding() != Encoding.UTF_8 || compression == Compression.ZSTD) {
      return OptionalLong.empty();
    }
    long line = 1;
    int last = 0;
    try (InputStream bytes = open(file, compression)) {
      for (long at = 1; at < offset; at++) {
        int b = bytes.read();
        if (b < 0) {
          break;
        }
        line += b == '\n' && last != '\r' || b == '\r' ? 1 : 0;
        last = b;
      }
    }
    return OptionalLong.of(line);
  }

  /** Whether lines end in different ways outside of quotes; {@code false} where Java cannot see. */
  static boolean mixed(Path file, Compression compression, CsvOptions options) throws IOException {
    if (options.encoding() == Encoding.UTF_16 || compression == Compression.ZSTD) {
      return false;
    }
    boolean quoted = false;
    boolean[] seen = new boolean[3];
    int last = 0;
    try (InputStream bytes = open(file, compression)) {
      for (int b = bytes.read(); b >= 0; b = bytes.read()) {
        quoted ^= b == options.dialect().quote();
        if (!quoted && b == '\n') {
          seen[last == '\r' ? 0 : 1] = true;
        } else if (!quoted && last == '\r') {
          seen[2] = true;
        }
        last = b;
      }
    }
    return (seen[0] ? 1 : 0) + (seen[1] ? 1 : 0) + (seen[2] ? 1 : 0) > 1;
  }

  private static InputStream open(Path file, Compression compression) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    return new BufferedInputStream(
        compression == Compression.GZIP ? new GZIPInputStream(bytes) : bytes, 64 * 1024);
  }
}
