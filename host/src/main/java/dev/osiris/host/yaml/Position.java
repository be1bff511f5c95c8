package dev.osiris.host.yaml;

/**
 * A place in a text.
 *
 * @param line from 1; 0 where there is no line to name
 * @param column from 1; 0 where there is none
 */
public record Position(int line, int column) {

  public static final Position NONE = new Position(0, 0);
  public static final Position START = new Position(1, 1);
}
