package dev.osiris.worker.drivers.mysql.protocol;

import java.io.IOException;
import java.sql.SQLException;
import org.mariadb.jdbc.client.Completion;
import org.mariadb.jdbc.client.Context;
import org.mariadb.jdbc.client.ReadableByteBuf;
import org.mariadb.jdbc.client.socket.Reader;
import org.mariadb.jdbc.client.socket.Writer;

/** Has the server prepare a statement. Answered by a {@link Prepared}. */
public final class Prepare extends Exchange {

  private static final int COM_STMT_PREPARE = 0x16;

  private final String sql;

  public Prepare(String sql) {
    this.sql = sql;
  }

  /** A statement that the server knows by a number. */
  public record Prepared(int id, int parameters, int columns) implements Completion {}

  @Override
  public int encode(Writer writer, Context context) throws IOException {
    writer.initPacket();
    writer.writeByte(COM_STMT_PREPARE);
    writer.writeString(sql);
    writer.flush();
    return 1;
  }

  @Override
  Prepared answer(Reader reader, Writer writer, Context context) throws IOException, SQLException {
    ReadableByteBuf packet = next(reader, context);
    packet.skip(1);
    int id = packet.readInt();
    int columns = packet.readUnsignedShort();
    int parameters = packet.readUnsignedShort();
    // What the execution tells is what comes; this only has to be read.
    columns(parameters, reader, context);
    columns(columns, reader, context);
    return new Prepared(id, parameters, columns);
  }
}
