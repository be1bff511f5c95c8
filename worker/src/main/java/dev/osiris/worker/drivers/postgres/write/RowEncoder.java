package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.driver.RowReader;
import dev.osiris.worker.drivers.postgres.encode.CopyBuffer;
import dev.osiris.worker.drivers.postgres.encode.Encoder;

/**
 * Writes rows as binary COPY has them: a header, then for each row the number of its fields and
 * each with its length.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">the format</a>
 */
final class RowEncoder {

  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private final Encoder[] encoders;
  private final boolean numbered;

  RowEncoder(WritePlan plan) {
    this.encoders =
        plan.columns().stream().map(column -> column.encoding().encoder()).toArray(Encoder[]::new);
    this.numbered = plan.staged();
  }

  static void begin(CopyBuffer out) {
    out.put(HEADER, 0, HEADER.length);
  }

  static void end(CopyBuffer out) {
    out.room(2);
    out.int16(-1);
  }

  /**
   * Appends a row.
   *
   * @param number of the row in the input, from 1
   * @throws UnfittingRow when a column cannot hold its value; the buffer is as before then
   */
  void encode(RowReader rows, int row, long number, CopyBuffer out) {
    int start = out.size();
    out.room(Encoder.ROOM);
    if (numbered) {
      out.int16(encoders.length + 1);
      out.int32(8);
      out.int64(number);
    } else {
      out.int16(encoders.length);
    }
    for (int column = 0; column < encoders.length; column++) {
      out.room(Encoder.ROOM);
      if (rows.isNull(column, row)) {
        out.int32(-1);
      } else {
        try {
          encoders[column].encode(rows, column, row, out);
        } catch (Encoder.Unfitting unfitting) {
          out.cut(start);
          throw new UnfittingRow(number, column, unfitting);
        }
      }
    }
  }

  /** A row with a value that its column of the target cannot hold. */
  static final class UnfittingRow extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long number;
    private final int column;

    UnfittingRow(long number, int column, Encoder.Unfitting unfitting) {
      super(unfitting.getMessage(), unfitting, false, false);
      this.number = number;
      this.column = column;
    }

    long number() {
      return number;
    }

    int column() {
      return column;
    }
  }
}
