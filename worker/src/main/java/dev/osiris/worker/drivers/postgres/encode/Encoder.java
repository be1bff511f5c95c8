package dev.osiris.worker.drivers.postgres.encode;

import dev.osiris.driver.RowReader;

/**
 * Writes values of one column in the form that a column of the target takes: the length of the
 * value in four bytes, then the value. Called for each value that is not null; one thread at a
 * time.
 */
public interface Encoder {

  /** So much room is there before each call; what takes more asks for it. */
  int ROOM = 64;

  /**
   * Encodes one value.
   *
   * @throws Unfitting when the column of the target cannot hold it
   */
  void encode(RowReader rows, int column, int row, CopyBuffer out);

  /** A value that its column of the target cannot hold. */
  final class Unfitting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the value is, in words that do not quote it. */
    public Unfitting(String what) {
      super(what, null, false, false);
    }
  }
}
