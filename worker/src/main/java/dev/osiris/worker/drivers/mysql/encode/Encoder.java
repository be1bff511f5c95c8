package dev.osiris.worker.drivers.mysql.encode;

import dev.osiris.driver.RowReader;

/** Writes a value of a column, which is not null, as the text that the server reads. */
@FunctionalInterface
public interface Encoder {

  /**
   * Appends the text.
   *
   * @throws Unfitting when the column cannot hold the value, and would hold another one
   */
  void encode(RowReader rows, int column, int row, RowBuffer out);

  /** Why a value is none of its column's, in words that quote nothing: {@code is no number}. */
  final class Unfitting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unfitting(String why) {
      super(why, null, false, false);
    }
  }
}
