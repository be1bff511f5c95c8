package dev.osiris.worker.drivers.csv;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits lines into records as the engine does, for the few records that Java looks at itself:
 * those up to the header and those that the engine rejected. Not thread-safe.
 */
final class RecordParser {

  /** What a record is. */
  enum Kind {
    FIELDS,
    BLANK,
    COMMENT,
    /** A quoted field that the text ends in. */
    UNCLOSED
  }

  record Parsed(Kind kind, List<String> fields) {
    Parsed {
      fields = List.copyOf(fields);
    }
  }

  private final CsvDialect dialect;
  private final Iterator<String> lines;

  RecordParser(CsvDialect dialect, Iterator<String> lines) {
    this.dialect = dialect;
    this.lines = lines;
  }

  /** The next record; {@code null} after the last. */
  @Nullable Parsed next() {
    if (!lines.hasNext()) {
      return null;
    }
    String line = lines.next();
    if (line.isEmpty()) {
      return new Parsed(Kind.BLANK, List.of());
    }
    if (isComment(line.charAt(0))) {
      return new Parsed(Kind.COMMENT, List.of());
    }
    return fields(line);
  }

  private Parsed fields(String firstLine) {
    List<String> fields = new ArrayList<>();
    String line = firstLine;
    int at = 0;
    while (true) {
      StringBuilder field = new StringBuilder();
      int start = quoteStart(line, at);
      if (start < 0) {
        int end = plainEnd(line, at);
        field.append(line, at, end);
        at = end;
      } else {
        at = start;
        int end = quotedEnd(line, at, field);
        while (end < 0) {
          if (!lines.hasNext()) {
            return new Parsed(Kind.UNCLOSED, fields);
          }
          field.append('\n');
          line = lines.next();
          end = quotedEnd(line, 0, field);
        }
        at = plainEnd(line, end);
      }
      fields.add(field.toString());
      if (at >= line.length() || isComment(line.charAt(at))) {
        return new Parsed(Kind.FIELDS, fields);
      }
      at++;
    }
  }

  /** Index after the quote that opens the field, or -1; spaces before it do not count. */
  private int quoteStart(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) == ' ' && dialect.delimiter() != ' ') {
      at++;
    }
    return at < line.length() && line.charAt(at) == dialect.quote() ? at + 1 : -1;
  }

  /** Index of the delimiter or comment that ends an unquoted field, or the end of the line. */
  private int plainEnd(String line, int from) {
    int at = from;
    while (at < line.length()
        && line.charAt(at) != dialect.delimiter()
        && !isComment(line.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Takes a quoted field up to its closing quote; index after that, or -1 when the line ends. */
  private int quotedEnd(String line, int from, StringBuilder field) {
    for (int at = from; at < line.length(); at++) {
      char c = line.charAt(at);
      boolean more = at + 1 < line.length();
      if (c == dialect.escape()
          && more
          && (line.charAt(at + 1) == dialect.quote() || line.charAt(at + 1) == c)) {
        at++;
        field.append(line.charAt(at));
      } else if (c == dialect.quote()) {
        return at + 1;
      } else {
        field.append(c);
      }
    }
    return -1;
  }

  private boolean isComment(char c) {
    return dialect.comment() != null && dialect.comment() == c;
  }
}
