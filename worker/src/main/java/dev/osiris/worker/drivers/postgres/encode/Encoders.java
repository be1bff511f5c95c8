package dev.osiris.worker.drivers.postgres.encode;

/** Encoders of texts, bytes and what else is no number and no time. */
final class Encoders {

  private static final int ROOM = Encoder.ROOM;

  private Encoders() {}

  static final Encoder BOOLEAN =
      (rows, column, row, out) -> {
        out.int32(1);
        out.int8(rows.getBoolean(column, row) ? 1 : 0);
      };

  /** Texts in UTF-8, and bytes as they are. */
  static final Encoder BYTES =
      (rows, column, row, out) -> {
        int length = rows.length(column, row);
        out.room(length + ROOM);
        out.int32(length);
        rows.copy(column, row, out.bytes(), out.size());
        out.advance(length);
      };

  /** A version before the text. */
  static final Encoder JSONB =
      (rows, column, row, out) -> {
        int length = rows.length(column, row);
        out.room(length + ROOM);
        out.int32(length + 1);
        out.int8(1);
        rows.copy(column, row, out.bytes(), out.size());
        out.advance(length);
      };

  static final Encoder UUID =
      (rows, column, row, out) -> {
        out.int32(16);
        out.int64(rows.getHigh(column, row) ^ Long.MIN_VALUE);
        out.int64(rows.getLow(column, row));
      };

  /** Of a text of zeros and ones: their number, then eight in a byte. */
  static final Encoder BITS =
      (rows, column, row, out) -> {
        int length = rows.length(column, row);
        int packed = (length + 7) / 8;
        out.room(length + packed + ROOM);
        out.int32(4 + packed);
        out.int32(length);
        int from = out.size() + packed;
        rows.copy(column, row, out.bytes(), from);
        byte[] bytes = out.bytes();
        for (int i = 0; i < packed; i++) {
          int value = 0;
          for (int bit = 0; bit < 8 && i * 8 + bit < length; bit++) {
            value |= (bytes[from + i * 8 + bit] & 1) << 7 - bit;
          }
          out.int8(value);
        }
      };

  /**
   * Texts of at most so many characters. The server would cut blanks off one that is longer, and
   * say nothing.
   */
  static Encoder text(int characters) {
    if (characters == Integer.MAX_VALUE) {
      return BYTES;
    }
    return (rows, column, row, out) -> {
      int length = rows.length(column, row);
      BYTES.encode(rows, column, row, out);
      if (length > characters && count(out, length) > characters) {
        throw new Encoder.Unfitting("has more than " + characters + " characters");
      }
    };
  }

  private static int count(CopyBuffer out, int length) {
    byte[] bytes = out.bytes();
    int count = 0;
    for (int i = out.size() - length; i < out.size(); i++) {
      count += (bytes[i] & 0xC0) == 0x80 ? 0 : 1;
    }
    return count;
  }
}
