package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import dev.osiris.worker.database.SqlFailures;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;
import org.postgresql.jdbc.PgConnection;

/**
 * Rows of {@code COPY … TO STDOUT (FORMAT binary)}: a header, then for each row the number of its
 * fields and each with its length.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">the format</a>
 */
final class CopyRows implements RowSource {

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
  };

  private static final int END = -1;

  private final PgConnection session;
  private final SqlFailures failures;
  private final ReadCount count;
  private final Part part;
  private final ResultShape shape;
  private final Decoder[] decoders;
  private final CopyOut copy;

  private byte[] source = new byte[0];
  private int at;
  private boolean begun;
  private boolean ended;
  private long rows;
  private long bytes;

  /** Begins to copy; the query runs already. */
  CopyRows(
      PgConnection session,
      ResultShape shape,
      String sql,
      Part part,
      SqlFailures failures,
      ReadCount count)
      throws SQLException {
    this.session = session;
    this.shape = shape;
    this.failures = failures;
    this.part = part;
    this.count = count;
    this.decoders = shape.columns().stream().map(ColumnPlan::decoder).toArray(Decoder[]::new);
    this.copy =
        session
            .getCopyAPI()
            .copyOut("COPY (" + shape.readable(sql) + "\n) TO STDOUT (FORMAT binary)");
  }

  @Override
  public List<Column> columns() {
    return shape.duckdb();
  }

  @Override
  public int fill(RowBatch batch) {
    int filled = 0;
    long before = bytes;
    try {
      while (filled < batch.capacity() && nextRow()) {
        decode(batch, filled);
        filled++;
      }
    } catch (SQLException e) {
      throw failures.of(e);
    }
    rows += filled;
    count.add(filled, bytes - before);
    return filled;
  }

  private void decode(RowBatch batch, int row) {
    byte[] from = source;
    int field = at + 2;
    for (int column = 0; column < decoders.length; column++) {
      int length = Wire.int32(from, field);
      field += 4;
      if (length < 0) {
        batch.setNull(column, row);
      } else {
        try {
          decoders[column].decode(batch, column, row, from, field, length);
        } catch (Decoder.Unfitting unfitting) {
          throw shape.columns().get(column).refused(rows + row + 1, part, unfitting);
        }
        field += length;
      }
    }
    at = field;
  }

  /** Goes to the next row, of which all bytes are then in the source; false at the end. */
  private boolean nextRow() throws SQLException {
    while (!ended) {
      if (begun && complete()) {
        if (Wire.int16(source, at) == END) {
          ended = true;
          finish();
          return false;
        }
        return true;
      }
      byte @Nullable [] message = copy.readFromCopy();
      if (message == null) {
        throw new SQLException("the server has ended the copy without its trailer", "08P01");
      }
      bytes += message.length;
      // A server sends a row a message, and nothing says that it must.
      if (at == source.length) {
        source = message;
      } else {
        byte[] rest = Arrays.copyOfRange(source, at, source.length + message.length);
        System.arraycopy(message, 0, rest, source.length - at, message.length);
        source = rest;
      }
      at = 0;
      if (!begun) {
        begun = header();
      }
    }
    return false;
  }

  private boolean header() throws SQLException {
    int length = SIGNATURE.length + 8;
    if (source.length < length) {
      return false;
    }
    if (!Arrays.equals(source, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      throw new SQLException("the server sends no binary copy", "08P01");
    }
    at = length + Wire.int32(source, SIGNATURE.length + 4);
    return true;
  }

  private boolean complete() {
    int size = source.length;
    int field = at + 2;
    if (field > size) {
      return false;
    }
    int fields = Wire.int16(source, at);
    for (int i = 0; i < fields; i++) {
      if (field + 4 > size) {
        return false;
      }
      field += 4 + Math.max(0, Wire.int32(source, field));
    }
    if (fields != decoders.length && fields != END) {
      throw StepException.of(
          FailureCode.REMOTE_FAILED,
          failures.server()
              + " sends "
              + fields
              + " columns where "
              + decoders.length
              + " are due");
    }
    return field <= size;
  }

  /** What comes after the trailer is the server's word that all went well. */
  private void finish() throws SQLException {
    while (copy.isActive()) {
      copy.readFromCopy();
    }
  }

  @Override
  public void abort() {
    PostgresServer.abort(session);
  }

  @Override
  public void close() {}
}
