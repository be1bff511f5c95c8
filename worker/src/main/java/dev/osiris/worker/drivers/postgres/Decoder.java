package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.RowBatch;

/**
 * Puts values of one column into a batch, from the form in which PostgreSQL sends them (its {@code
 * typsend} functions). Called for each value that is not null; one thread at a time.
 */
interface Decoder {

  /**
   * Decodes one value.
   *
   * @throws Unfitting when the column's DuckDB type cannot hold it
   */
  void decode(RowBatch batch, int column, int row, byte[] source, int offset, int length);

  /** A value that its column's DuckDB type cannot hold. */
  final class Unfitting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the value is, in words that do not quote it. */
    Unfitting(String what) {
      super(what, null, false, false);
    }
  }
}
