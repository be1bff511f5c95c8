package dev.osiris.worker.drivers.mysql.protocol;

import java.io.IOException;
import java.sql.SQLException;
import org.mariadb.jdbc.client.Context;
import org.mariadb.jdbc.client.ReadableByteBuf;
import org.mariadb.jdbc.client.socket.Reader;
import org.mariadb.jdbc.client.socket.Writer;

/**
 * Executes a prepared statement without parameters. Answered by {@link ResultRows} in the binary
 * form, of which no row has been read.
 */
public final class Execute extends Exchange {

  private static final int COM_STMT_EXECUTE = 0x17;
  private static final int NO_CURSOR = 0;

  private final Prepare.Prepared statement;

  public Execute(Prepare.Prepared statement) {
    this.statement = statement;
  }

  @Override
  public int encode(Writer writer, Context context) throws IOException {
    writer.initPacket();
    writer.writeByte(COM_STMT_EXECUTE);
    writer.writeInt(statement.id());
    writer.writeByte(NO_CURSOR);
    writer.writeInt(1); // once
    writer.flush();
    return 1;
  }

  @Override
  ResultRows answer(Reader reader, Writer writer, Context context)
      throws IOException, SQLException {
    ReadableByteBuf packet = next(reader, context);
    int count = first(packet) == OK ? 0 : packet.readIntLengthEncodedNotNull();
    return new ResultRows(columns(count, reader, context), reader, context);
  }
}
