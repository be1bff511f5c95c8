package dev.osiris.worker.drivers.mysql.protocol;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.mariadb.jdbc.client.Completion;
import org.mariadb.jdbc.client.Context;
import org.mariadb.jdbc.client.ReadableByteBuf;
import org.mariadb.jdbc.client.socket.Reader;
import org.mariadb.jdbc.util.constants.ServerStatus;

/**
 * Rows of a result, a packet each, read from the socket when they are asked for and not before:
 * whoever is slow makes the server wait. Used by one thread, and nothing else is said on the
 * connection until the last row.
 */
public final class ResultRows implements Completion {

  /** A row of more bytes goes on in another packet. */
  private static final int WHOLE_PACKET = 0xFFFFFF;

  private final List<ResultColumn> columns;
  private final Reader reader;
  private final Context context;

  private byte[] bytes = new byte[0];
  private int length;
  private boolean ended;

  ResultRows(ResultColumn[] columns, Reader reader, Context context) {
    this.columns = List.of(columns);
    this.reader = reader;
    this.context = context;
    this.ended = columns.length == 0;
  }

  /** Empty for a statement that gives no rows. */
  public List<ResultColumn> columns() {
    return columns;
  }

  /** The bytes of the row, from index 0; valid until the next. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes the row has. */
  public int length() {
    return length;
  }

  /**
   * Goes to the next row; false at the end.
   *
   * @param most bytes of a row that still fit
   * @throws RowTooLarge for a row of more bytes
   */
  public boolean next(long most) throws IOException, SQLException {
    if (ended) {
      return false;
    }
    ReadableByteBuf packet = reader.readReusablePacket(false);
    bytes = packet.buf();
    length = packet.readableBytes();
    int first = length == 0 ? Exchange.ERROR : bytes[0] & 0xFF;
    if (first == Exchange.OK) {
      if (length == WHOLE_PACKET) {
        readRest(most);
      }
      return true;
    }
    ended = true;
    if (first != Exchange.END) {
      throw length == 0
          ? new SQLException("the server sends an empty packet", Exchange.VIOLATION)
          : Exchange.error(packet, context);
    }
    if (moreResults(packet)) {
      // Of a procedure: the end of what it does is a result without rows.
      if (Exchange.first(Exchange.next(reader, context)) != Exchange.OK) {
        throw new SeveralResults();
      }
    }
    return false;
  }

  private void readRest(long most) throws IOException {
    int part = WHOLE_PACKET;
    byte[] whole = bytes;
    int end = length;
    while (part == WHOLE_PACKET) {
      ReadableByteBuf packet = reader.readReusablePacket(false);
      part = packet.readableBytes();
      if ((long) end + part > most) {
        throw new RowTooLarge((long) end + part);
      }
      if (whole.length < end + part) {
        whole = Arrays.copyOf(whole, end + part);
      }
      System.arraycopy(packet.buf(), packet.pos(), whole, end, part);
      end += part;
    }
    bytes = whole;
    length = end;
  }

  private boolean moreResults(ReadableByteBuf end) {
    end.skip(1);
    int status;
    if (context.isEofDeprecated()) {
      end.skipLengthEncoded(); // rows
      end.skipLengthEncoded(); // id
      status = end.readUnsignedShort();
    } else {
      end.skip(2); // warnings
      status = end.readUnsignedShort();
    }
    return (status & ServerStatus.MORE_RESULTS_EXISTS) != 0;
  }

  /** A row that does not fit into the memory there is. */
  public static final class RowTooLarge extends IOException {

    private static final long serialVersionUID = 1L;

    private final long bytes;

    RowTooLarge(long bytes) {
      super("a row of at least " + bytes + " bytes");
      this.bytes = bytes;
    }

    public long bytes() {
      return bytes;
    }
  }

  /** A statement, such as the call of a procedure, that gives more than one table. */
  public static final class SeveralResults extends SQLException {

    private static final long serialVersionUID = 1L;

    SeveralResults() {
      super("the statement gives several results");
    }
  }
}
