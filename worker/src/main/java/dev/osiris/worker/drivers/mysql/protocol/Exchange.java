package dev.osiris.worker.drivers.mysql.protocol;

import java.io.IOException;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Statement;
import org.mariadb.jdbc.client.Completion;
import org.mariadb.jdbc.client.Context;
import org.mariadb.jdbc.client.ReadableByteBuf;
import org.mariadb.jdbc.client.socket.Reader;
import org.mariadb.jdbc.client.socket.Writer;
import org.mariadb.jdbc.client.util.ClosableLock;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.message.ClientMessage;
import org.mariadb.jdbc.message.server.ErrorPacket;

/** One command and its answer. What the answer is, each kind says itself. */
abstract class Exchange implements ClientMessage {

  static final int OK = 0x00;
  static final int END = 0xFE;
  static final int ERROR = 0xFF;

  /** The server asks for a file of the client. */
  static final int LOCAL_FILE = 0xFB;

  /** SQLSTATE of an answer that breaks the protocol. */
  static final String VIOLATION = "08P01";

  /** Reads the answer. */
  abstract Completion answer(Reader reader, Writer writer, Context context)
      throws IOException, SQLException;

  @Override
  public final Completion readPacket(
      @Nullable Statement statement,
      int fetchSize,
      long maxRows,
      int resultSetConcurrency,
      int resultSetType,
      boolean closeOnCompletion,
      Reader reader,
      Writer writer,
      Context context,
      ExceptionFactory exceptionFactory,
      ClosableLock lock,
      boolean traceEnable,
      ClientMessage message,
      Consumer<String> redirect)
      throws IOException, SQLException {
    return answer(reader, writer, context);
  }

  /** The next packet of the answer, when it is neither an error nor a request for a file. */
  static ReadableByteBuf next(Reader reader, Context context) throws IOException, SQLException {
    ReadableByteBuf packet = reader.readReusablePacket(false);
    switch (first(packet)) {
      case ERROR -> throw error(packet, context);
      case LOCAL_FILE ->
          // Nobody has asked it to load a file: a file of this machine is what it wants.
          throw new SQLException("the server asks for a file of the client", VIOLATION);
      default -> {
        return packet;
      }
    }
  }

  static int first(ReadableByteBuf packet) throws SQLException {
    if (packet.readableBytes() == 0) {
      throw new SQLException("the server sends an empty packet", VIOLATION);
    }
    return packet.buf()[packet.pos()] & 0xFF;
  }

  static SQLException error(ReadableByteBuf packet, Context context) {
    ErrorPacket error = new ErrorPacket(packet, context);
    return new SQLException(
        error.getMessage(), error.getSqlState(), Short.toUnsignedInt(error.getErrorCode()));
  }

  /** Reads the columns that a count has announced, and the mark behind them. */
  static ResultColumn[] columns(int count, Reader reader, Context context)
      throws IOException, SQLException {
    ResultColumn[] columns = new ResultColumn[count];
    for (int i = 0; i < count; i++) {
      columns[i] = ResultColumn.read(next(reader, context), context);
    }
    skipEnd(count, reader, context);
    return columns;
  }

  /** Older servers put a packet behind the columns. */
  static void skipEnd(int count, Reader reader, Context context) throws IOException, SQLException {
    if (count > 0 && !context.isEofDeprecated()) {
      next(reader, context);
    }
  }
}
