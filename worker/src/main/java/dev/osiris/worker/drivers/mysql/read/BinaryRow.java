package dev.osiris.worker.drivers.mysql.read;

import dev.osiris.driver.RowBatch;
import dev.osiris.worker.drivers.mysql.read.ColumnPlan.Form;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads rows of the binary protocol into batches: a bit for each column that is NULL, then the
 * values of the others, numbers little-endian. Used by one thread.
 *
 * <p>One switch in one loop, and arrays of primitives, since it runs for each value and the worker
 * has the quick compiler only.
 */
final class BinaryRow {

  private static final int HEADER = 1;

  /** The first two bits belong to the protocol. */
  private static final int FIRST_NULL_BIT = 2;

  private static final long MICROS_OF_SECOND = 1_000_000;
  private static final long MICROS_OF_DAY = 86_400 * MICROS_OF_SECOND;

  private final Form[] forms;
  private final int[] digits;
  private final boolean zeroDatesAreNull;
  private final int nullBytes;
  private final Digits number = new Digits();
  private final ShortText text = new ShortText();

  private byte[] source = new byte[0];
  private int end;
  private int at;
  private int column;

  BinaryRow(List<ColumnPlan> plans, Choices choices) {
    this.forms = plans.stream().map(ColumnPlan::form).toArray(Form[]::new);
    this.digits = plans.stream().mapToInt(ColumnPlan::digits).toArray();
    this.zeroDatesAreNull = choices.zeroDatesAreNull();
    this.nullBytes = (forms.length + FIRST_NULL_BIT + 7) / 8;
  }

  /** The column at which {@link #decode} stopped. */
  int column() {
    return column;
  }

  /**
   * Reads one row.
   *
   * @throws Unfitting when a value does not fit its column
   * @throws ArrayIndexOutOfBoundsException when the row is shorter than its columns
   */
  void decode(byte[] bytes, int length, RowBatch batch, int row) {
    source = bytes;
    end = length;
    at = HEADER + nullBytes;
    for (column = 0; column < forms.length; column++) {
      int bit = column + FIRST_NULL_BIT;
      if ((bytes[HEADER + (bit >> 3)] >> (bit & 7) & 1) != 0) {
        batch.setNull(column, row);
      } else {
        value(batch, row);
      }
    }
    if (at > end) {
      throw new ArrayIndexOutOfBoundsException("the row has " + end + " bytes, not " + at);
    }
  }

  private void value(RowBatch batch, int row) {
    switch (forms[column]) {
      case INT8 -> batch.setLong(column, row, source[at++]);
      case UINT8 -> batch.setLong(column, row, source[at++] & 0xFF);
      case BOOLEAN -> batch.setBoolean(column, row, source[at++] != 0);
      case INT16 -> batch.setLong(column, row, (short) int16());
      case UINT16 -> batch.setLong(column, row, int16());
      case INT32 -> batch.setLong(column, row, int32());
      case UINT32 -> batch.setLong(column, row, int32() & 0xFFFF_FFFFL);
      case INT64 -> batch.setLong(column, row, int64());
      case FLOAT -> batch.setDouble(column, row, Float.intBitsToFloat(int32()));
      case DOUBLE -> batch.setDouble(column, row, Double.longBitsToDouble(int64()));
      case DECIMAL64 -> {
        number(18);
        batch.setLong(column, row, number.low());
      }
      case DECIMAL128 -> {
        number(38);
        batch.setHuge(column, row, number.high(), number.low());
      }
      case DECIMAL_AS_DOUBLE -> {
        int length = length();
        String digits = new String(source, at, length, StandardCharsets.US_ASCII);
        at += length;
        batch.setDouble(column, row, Double.parseDouble(digits));
      }
      case DATE -> date(batch, row, false);
      case TIMESTAMP -> date(batch, row, true);
      case TIME -> {
        int length = source[at++];
        text.time(source, at, length);
        at += length;
        batch.setBytes(column, row, text.bytes(), 0, text.length());
      }
      case BIT -> {
        int length = length();
        text.bits(source, at, length, digits[column]);
        at += length;
        batch.setBytes(column, row, text.bytes(), 0, text.length());
      }
      case BYTES -> {
        int length = length();
        batch.setBytes(column, row, source, at, length);
        at += length;
      }
      case WKB -> {
        int length = length();
        batch.setBytes(
            column, row, source, at + Geometry.HEADER, Math.max(0, length - Geometry.HEADER));
        at += length;
      }
      case WKT -> {
        int length = length();
        batch.setText(column, row, Geometry.text(source, at, length));
        at += length;
      }
    }
  }

  private void number(int most) {
    int length = length();
    if (!number.read(source, at, length, digits[column], most)) {
      throw new Unfitting(
          "has more digits than its column in DuckDB",
          "set 'numeric: text' or 'numeric: double', or cast it in the query");
    }
    at += length;
  }

  private void date(RowBatch batch, int row, boolean timed) {
    int length = source[at++];
    long day = Days.NONE;
    long micros = 0;
    if (length >= 4) {
      int year = (source[at] & 0xFF) | (source[at + 1] & 0xFF) << 8;
      day = Days.of(year, source[at + 2], source[at + 3]);
    }
    if (length >= 7) {
      micros = ((source[at + 4] * 60L + source[at + 5]) * 60L + source[at + 6]) * MICROS_OF_SECOND;
    }
    if (length >= 11) {
      int from = at + 7;
      at = from;
      micros += int32();
      at = from - 7;
    }
    at += length;
    if (day == Days.NONE) {
      if (!zeroDatesAreNull) {
        throw new Unfitting(
            "is a date that there is not, such as 0000-00-00",
            "set 'zero_dates: null' to read such dates as NULL");
      }
      batch.setNull(column, row);
    } else {
      batch.setLong(column, row, timed ? day * MICROS_OF_DAY + micros : day);
    }
  }

  /** The length before a value: one byte, or a byte that says how many bytes it has. */
  private int length() {
    int first = source[at++] & 0xFF;
    if (first < 0xFB) {
      return first;
    }
    return switch (first) {
      case 0xFC -> int16();
      case 0xFD -> {
        int length = int16();
        yield length | (source[at++] & 0xFF) << 16;
      }
      default -> {
        long length = int64();
        if (length < 0 || length > end - at) {
          throw new ArrayIndexOutOfBoundsException("a value is longer than its row");
        }
        yield (int) length;
      }
    };
  }

  private int int16() {
    int value = (source[at] & 0xFF) | (source[at + 1] & 0xFF) << 8;
    at += 2;
    return value;
  }

  private int int32() {
    byte[] from = source;
    int i = at;
    at = i + 4;
    return (from[i] & 0xFF)
        | (from[i + 1] & 0xFF) << 8
        | (from[i + 2] & 0xFF) << 16
        | from[i + 3] << 24;
  }

  private long int64() {
    long low = int32() & 0xFFFF_FFFFL;
    return low | (long) int32() << 32;
  }
}
