package dev.osiris.worker.duckdb;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A query that may not run in a cell, and why.
 *
 * <p>The message is one line for the author of the pipeline: what was found and what to write
 * instead. It quotes names and tokens of the query, never a value of a row.
 */
public final class SqlRefused extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int MAX_MESSAGE = 400;

  /** What was found. */
  public enum Reason {
    /** The text itself: a NUL, half a surrogate pair, an endless run of operators. */
    TEXT,
    /** The text or its tree is larger than the gate reads. */
    TOO_LARGE,
    /** Nested deeper than a thread's stack is good for. */
    TOO_DEEP,
    /** DuckDB's parser does not understand it. */
    SYNTAX,
    /** No statement, several, or one that is not a SELECT. */
    NOT_ONE_SELECT,
    /** A PIVOT that would first run a query of its own to find its columns. */
    PIVOT,
    /** A prepared statement's parameter. */
    PARAMETER,
    /** A relation that is neither an input of the step nor a CTE in scope. */
    RELATION,
    /** A relation that is the name of a file or an address. */
    FILE,
    /** A table function outside the allow-list. */
    TABLE_FUNCTION,
    /** A function outside the allow-list, or one called through a schema. */
    FUNCTION,
    /** A part of the language that no query of a pipeline needs, or that is new to the gate. */
    CONSTRUCT
  }

  /** A place in the query, both counted from 1, in code points; 0 and 0 where it is not known. */
  public record Position(int line, int column) implements Serializable {
    static final Position UNKNOWN = new Position(0, 0);

    /** For {@code query_location} of a node, which DuckDB counts in bytes of UTF-8. */
    static Position ofByte(String query, int offset) {
      byte[] utf8 = query.getBytes(StandardCharsets.UTF_8);
      return offset < 0 || offset > utf8.length
          ? UNKNOWN
          : after(new String(Arrays.copyOf(utf8, offset), StandardCharsets.UTF_8));
    }

    /** For {@code position} of a syntax error, which it counts in code points. */
    static Position ofCodePoint(String query, int offset) {
      return offset < 0 || offset > query.codePointCount(0, query.length())
          ? UNKNOWN
          : after(query.substring(0, query.offsetByCodePoints(0, offset)));
    }

    private static Position after(String text) {
      String lastLine = text.substring(text.lastIndexOf('\n') + 1);
      return new Position(
          1 + (int) text.chars().filter(c -> c == '\n').count(),
          1 + lastLine.codePointCount(0, lastLine.length()));
    }
  }

  private final Reason reason;
  private final Position position;

  private SqlRefused(Reason reason, String message, Position position) {
    super(message);
    this.reason = reason;
    this.position = position;
  }

  static SqlRefused of(Reason reason, String message) {
    return at(Position.UNKNOWN, reason, message);
  }

  static SqlRefused at(Position position, Reason reason, String message) {
    String place =
        position.equals(Position.UNKNOWN)
            ? ""
            : "line " + position.line() + ", column " + position.column() + ": ";
    return new SqlRefused(reason, oneLine(place + message), position);
  }

  /** Names come from the query: a quoted identifier may hold line breaks, escapes or a novel. */
  private static String oneLine(String message) {
    String clean = message.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ");
    return clean.length() <= MAX_MESSAGE ? clean : clean.substring(0, MAX_MESSAGE) + "...";
  }

  public Reason reason() {
    return reason;
  }

  public Position position() {
    return position;
  }
}
