package dev.osiris.worker.drivers.mysql.protocol;

import java.nio.charset.StandardCharsets;
import org.mariadb.jdbc.client.Context;
import org.mariadb.jdbc.client.ReadableByteBuf;
import org.mariadb.jdbc.util.constants.Capabilities;

/**
 * A column of a result as the server describes it.
 *
 * @param type number of the protocol's type, of {@link WireType}
 * @param collation number of the collation; {@link #BINARY} for bytes
 * @param length most bytes of a value in its text form
 * @param decimals digits behind the point
 * @param extension MariaDB's name of a type that the protocol has none for, such as {@code uuid} or
 *     {@code json}; empty for none
 */
public record ResultColumn(
    String name, int type, int collation, long length, int flags, int decimals, String extension) {

  /** The collation of bytes. */
  public static final int BINARY = 63;

  private static final int NOT_NULL = 1;
  private static final int UNSIGNED = 32;

  private static final int TYPE_NAME = 0;
  private static final int TYPE_FORMAT = 1;

  public boolean nullable() {
    return (flags & NOT_NULL) == 0;
  }

  public boolean unsigned() {
    return (flags & UNSIGNED) != 0;
  }

  public boolean binary() {
    return collation == BINARY;
  }

  static ResultColumn read(ReadableByteBuf packet, Context context) {
    for (int skipped = 0; skipped < 4; skipped++) {
      packet.skipLengthEncoded(); // catalog, schema, table, table behind the alias
    }
    String name = text(packet.readLengthBuffer());
    packet.skipLengthEncoded(); // the column's name behind the alias
    String extension = "";
    if (context.hasClientCapability(Capabilities.EXTENDED_METADATA)) {
      extension = extension(packet.readLengthBuffer());
    }
    packet.skip(1); // length of what follows
    int collation = packet.readUnsignedShort();
    long length = packet.readUnsignedInt();
    int type = packet.readUnsignedByte();
    int flags = packet.readUnsignedShort();
    int decimals = packet.readUnsignedByte();
    return new ResultColumn(name, type, collation, length, flags, decimals, extension);
  }

  private static String extension(ReadableByteBuf entries) {
    String name = "";
    while (entries.readableBytes() > 0) {
      int kind = entries.readUnsignedByte();
      String value = text(entries.readLengthBuffer());
      if (kind == TYPE_NAME || kind == TYPE_FORMAT) {
        name = value;
      }
    }
    return name;
  }

  private static String text(ReadableByteBuf value) {
    return new String(value.buf(), value.pos(), value.readableBytes(), StandardCharsets.UTF_8);
  }
}
