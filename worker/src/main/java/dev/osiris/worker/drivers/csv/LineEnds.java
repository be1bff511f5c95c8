package dev.osiris.worker.drivers.csv;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;

/**
 * Finds the ends of lines itself. The engine counts records where people count lines, and takes the
 * first line end of a file for that of its records, also one inside of quotes; with a header to
 * skip it then finds no row and says nothing.
 */
final class LineEnds {

  /** How the records of a file end. */
  enum LineEnd {
    LF("\\n"),
    CRLF("\\r\\n"),
    CR("\\r"),
    /** The file has one line, or Java cannot unpack it. */
    UNKNOWN("");

    private final String option;

    LineEnd(String option) {
      this.option = option;
    }

    /** The reader's option, with its comma; empty where the engine has to find out. */
    String option() {
      return option.isEmpty() ? "" : ", new_line=" + SqlText.literal(option);
    }
  }

  private LineEnds() {}

  /** The first line end outside of quotes. */
  static LineEnd first(Path file, Compression compression, CsvOptions options) throws IOException {
    if (compression == Compression.ZSTD) {
      return LineEnd.UNKNOWN;
    }
    CsvDialect dialect = options.dialect();
    boolean fieldStarts = true;
    boolean comment = false;
    try (Reader text = text(file, compression, options)) {
      for (int c = text.read(); c >= 0; c = text.read()) {
        if (c == '\n') {
          return LineEnd.LF;
        }
        if (c == '\r') {
          return text.read() == '\n' ? LineEnd.CRLF : LineEnd.CR;
        }
        if (fieldStarts && !comment && c == dialect.quote()) {
          skipQuoted(text, dialect);
        }
        comment |= dialect.comment() != null && c == dialect.comment();
        fieldStarts = c == dialect.delimiter() || fieldStarts && (c == ' ' || c == '\uFEFF');
      }
    }
    return LineEnd.UNKNOWN;
  }

  /** Reads to the quote that ends a field; a doubled quote does not. */
  private static void skipQuoted(Reader text, CsvDialect dialect) throws IOException {
    int c = text.read();
    while (c >= 0) {
      if (c == dialect.escape() && dialect.escape() != dialect.quote()) {
        c = text.read();
      } else if (c == dialect.quote()) {
        text.mark(1);
        if (dialect.escape() != dialect.quote() || text.read() != dialect.quote()) {
          text.reset();
          return;
        }
      }
      c = text.read();
    }
  }

  /**
   * The first lines, decoded; bytes that are not in the encoding become U+FFFD.
   *
   * @throws StepException {@code FILE_MALFORMED} when a line is longer than any line may be
   */
  static List<String> lines(
      Path file, Compression compression, CsvOptions options, LineEnd end, int count)
      throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    char last = end == LineEnd.CR ? '\r' : '\n';
    try (Reader text = text(file, compression, options)) {
      for (int c = text.read(); c >= 0 && lines.size() < count; c = text.read()) {
        int length = line.length();
        if (c != last || end == LineEnd.CRLF && (length == 0 || line.charAt(length - 1) != '\r')) {
          line.append((char) c);
          refuseEndless(file, length);
          continue;
        }
        line.setLength(end == LineEnd.CRLF ? length - 1 : length);
        lines.add(line.toString());
        line.setLength(0);
      }
    }
    if (!line.isEmpty() && lines.size() < count) {
      lines.add(line.toString());
    }
    if (!lines.isEmpty() && lines.getFirst().startsWith("\uFEFF")) {
      lines.set(0, lines.getFirst().substring(1));
    }
    return lines;
  }

  private static void refuseEndless(Path file, int length) {
    if (length > CsvSource.LONGEST_LINE) {
      throw new StepException(
          Failure.of(
                  FailureCode.FILE_MALFORMED,
                  "the file " + file + " has no line end in " + length + " characters")
              .inFile(file.toString()));
    }
  }

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
      long at = 1;
      // The engine takes blank lines before a record for its beginning.
      for (int b = bytes.read(); b >= 0 && (at < offset || isEnd(b)); b = bytes.read()) {
        line += b == '\n' && last != '\r' || b == '\r' ? 1 : 0;
        last = b;
        at++;
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

  private static Reader text(Path file, Compression compression, CsvOptions options)
      throws IOException {
    return new BufferedReader(
        new InputStreamReader(open(file, compression), options.encoding().charset()));
  }

  private static boolean isEnd(int b) {
    return b == '\n' || b == '\r';
  }

  private static InputStream open(Path file, Compression compression) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    return new BufferedInputStream(
        compression == Compression.GZIP ? new GZIPInputStream(bytes) : bytes, 64 * 1024);
  }
}
