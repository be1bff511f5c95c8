package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.driver.RowReader;
import dev.osiris.worker.drivers.mysql.encode.Encoder;
import dev.osiris.worker.drivers.mysql.encode.RowBuffer;
import java.util.List;

/** Writes rows in the form of LOAD DATA, or in that of INSERT. */
final class RowEncoder {

  private final Encoder[] encoders;
  private final boolean[] nullable;
  private final String[] before;
  private final String[] behind;
  private final boolean numbered;
  private final boolean loaded;

  /**
   * @param loaded whether rows are lines of a file, else those of VALUES
   */
  RowEncoder(WritePlan plan, boolean loaded) {
    List<SentColumn> columns = plan.columns();
    this.encoders = columns.stream().map(c -> c.encoding().encoder()).toArray(Encoder[]::new);
    this.nullable = new boolean[encoders.length];
    this.before = new String[encoders.length];
    this.behind = new String[encoders.length];
    for (int i = 0; i < encoders.length; i++) {
      nullable[i] = columns.get(i).target().nullable();
      String expression = columns.get(i).encoding().expression();
      int place = expression.indexOf("%s");
      before[i] = expression.substring(0, place) + "'";
      behind[i] = "'" + expression.substring(place + 2);
    }
    this.numbered = plan.staged();
    this.loaded = loaded;
  }

  /**
   * Appends a row.
   *
   * @param number of the row in the input, from 1
   * @throws UnfittingRow when a column cannot hold its value; the buffer is as before then
   */
  void encode(RowReader rows, int row, long number, RowBuffer out) {
    int start = out.size();
    if (!loaded) {
      out.ascii(start == 0 ? "(" : ",(");
    }
    if (numbered) {
      out.ascii(Long.toString(number));
      out.put(loaded ? '\t' : ',');
    }
    for (int column = 0; column < encoders.length; column++) {
      if (column > 0) {
        out.put(loaded ? '\t' : ',');
      }
      try {
        field(rows, column, row, out);
      } catch (Encoder.Unfitting unfitting) {
        out.cut(start);
        throw new UnfittingRow(number, column, String.valueOf(unfitting.getMessage()));
      } catch (NullValue refused) {
        out.cut(start);
        throw new UnfittingRow(number, column, "has no value where the column takes no NULL");
      }
    }
    out.put(loaded ? '\n' : ')');
  }

  private void field(RowReader rows, int column, int row, RowBuffer out) {
    if (rows.isNull(column, row)) {
      // The server would put a value of its own there, and only warn.
      if (!nullable[column]) {
        throw new NullValue();
      }
      out.ascii(loaded ? "\\N" : "NULL");
    } else if (loaded) {
      encoders[column].encode(rows, column, row, out);
    } else {
      out.ascii(before[column]);
      encoders[column].encode(rows, column, row, out);
      out.ascii(behind[column]);
    }
  }

  private static final class NullValue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NullValue() {
      super(null, null, false, false);
    }
  }

  /** A row with a value that its column of the target cannot hold. */
  static final class UnfittingRow extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long number;
    private final int column;

    UnfittingRow(long number, int column, String why) {
      super(why, null, false, false);
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
