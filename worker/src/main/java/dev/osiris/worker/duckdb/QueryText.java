package dev.osiris.worker.duckdb;

import java.nio.charset.StandardCharsets;

/**
 * A query of a pipeline inside a statement of the worker, to say where in the query something is.
 *
 * @param prefix what the worker wrote before it
 */
record QueryText(String prefix, String query) {

  /** A place in the query, both 1-based; columns count characters. */
  record Place(int line, int column) {
    @Override
    public String toString() {
      return "line " + line + ", column " + column;
    }
  }

  String statement() {
    // The line break ends a comment that the query may end with.
    return prefix + query + "\n";
  }

  /** The place of a position in {@link #statement} that counts characters. */
  Place atCharacter(int position) {
    String statement = statement();
    int length = statement.codePointCount(0, statement.length());
    return place(statement.offsetByCodePoints(0, Math.min(position, length)));
  }

  /** The place of a position in {@link #statement} that counts bytes of UTF-8. */
  Place atByte(int position) {
    byte[] bytes = statement().getBytes(StandardCharsets.UTF_8);
    int end = Math.min(position, bytes.length);
    return place(new String(bytes, 0, end, StandardCharsets.UTF_8).length());
  }

  private Place place(int offset) {
    int end = Math.clamp(offset - prefix.length(), 0, query.length());
    String before = query.substring(0, end);
    int lineStart = before.lastIndexOf('\n') + 1;
    int line = 1 + (int) before.chars().filter(character -> character == '\n').count();
    return new Place(line, 1 + before.codePointCount(lineStart, before.length()));
  }
}
