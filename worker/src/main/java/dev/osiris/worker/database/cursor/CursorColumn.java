package dev.osiris.worker.database.cursor;

/**
 * A column by which rows are ordered.
 *
 * @param type the server's name for it
 * @param nullable whether the server may have rows without a value
 * @param endless whether the type has values such as infinity
 */
public record CursorColumn(String name, String type, boolean nullable, boolean endless) {

  @Override
  public String toString() {
    return "'" + name + "' (" + type + ")";
  }
}
