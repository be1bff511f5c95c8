package dev.osiris.worker.drivers.csv;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * With how many threads a file is loaded. Several that keep the order of the lines hold statistics
 * and unfinished row groups for every 8 MB of the file until the last line: about 14 KB a column,
 * not counted by the memory limit. One thread holds none, and takes up to twice as long.
 */
final class LoadThreads {

  private static final long PIECE_BYTES = 8_000_000;
  private static final long HELD_BYTES = 14_000;

  /** Which part of the memory limit may be held beside it. */
  private static final int PART = 10;

  private LoadThreads() {}

  /** Sets the instance to one thread where the file is too large for several. */
  static void choose(Connection connection, long fileBytes, int columns) throws SQLException {
    long held = fileBytes / PIECE_BYTES * columns * HELD_BYTES;
    try (Statement statement = connection.createStatement()) {
      boolean tooLarge;
      try (var row =
          statement.executeQuery(
              "SELECT "
                  + held
                  + " > parse_formatted_bytes(current_setting('memory_limit')) // "
                  + PART)) {
        row.next();
        tooLarge = row.getBoolean(1);
      }
      if (tooLarge) {
        statement.execute("SET threads = 1");
      }
    }
  }
}
