package dev.osiris.worker.drivers.mysql.encode;

import dev.osiris.driver.RowReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Texts of values on their way to the server. It grows for a row that is larger than it. Used by
 * one thread at a time.
 */
public final class RowBuffer {

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  /** What stands behind a backslash instead of a byte, in LOAD DATA and in literals alike. */
  private static final byte[] ESCAPES = new byte[128];

  private byte[] bytes;
  private byte[] copied = new byte[256];
  private int size;

  static {
    ESCAPES['\\'] = '\\';
    ESCAPES['\''] = '\'';
    ESCAPES['\t'] = 't';
    ESCAPES['\n'] = 'n';
    ESCAPES[0] = '0';
  }

  public RowBuffer(int capacity) {
    this.bytes = new byte[capacity];
  }

  public byte[] bytes() {
    return bytes;
  }

  public int size() {
    return size;
  }

  public int capacity() {
    return bytes.length;
  }

  /** Forgets all bytes from a place on. */
  public void cut(int newSize) {
    size = newSize;
  }

  /** Forgets all bytes, and what it has grown beyond a size. */
  public void empty(int most) {
    size = 0;
    if (bytes.length > most) {
      bytes = new byte[most];
    }
  }

  /** Appends a byte. */
  public void put(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  /** Appends a text of ASCII characters, none of which needs a backslash. */
  public void ascii(String text) {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[size++] = (byte) text.charAt(i);
    }
  }

  /** Appends a number of exactly so many digits, zeros in front. */
  void digits(long value, int count) {
    room(count);
    long rest = value;
    for (int at = size + count - 1; at >= size; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += count;
  }

  /** Appends a number, with a point before its last digits where it has a scale. */
  void number(long value, int scale) {
    if (value == Long.MIN_VALUE) {
      ascii(Long.toString(value));
      return;
    }
    if (value < 0) {
      put('-');
    }
    long rest = Math.abs(value);
    int count = 1;
    for (long power = rest; power >= 10; power /= 10) {
      count++;
    }
    if (scale == 0) {
      digits(rest, count);
      return;
    }
    long unit = 1;
    for (int i = 0; i < scale; i++) {
      unit *= 10;
    }
    digits(rest / unit, Math.max(1, count - scale));
    put('.');
    digits(rest % unit, scale);
  }

  /** Appends a text of a row, with backslashes where they are needed. */
  void text(RowReader rows, int column, int row) {
    int length = rows.length(column, row);
    room(length);
    rows.copy(column, row, bytes, size);
    for (int i = size; i < size + length; i++) {
      if (bytes[i] >= 0 && ESCAPES[bytes[i]] != 0) {
        escaped(length);
        return;
      }
    }
    size += length;
  }

  private void escaped(int length) {
    if (copied.length < length) {
      copied = new byte[length];
    }
    System.arraycopy(bytes, size, copied, 0, length);
    room(Math.multiplyExact(2, length));
    for (int i = 0; i < length; i++) {
      byte value = copied[i];
      if (value >= 0 && ESCAPES[value] != 0) {
        bytes[size++] = '\\';
        value = ESCAPES[value];
      }
      bytes[size++] = value;
    }
    if (copied.length > 1 << 20) {
      copied = new byte[256];
    }
  }

  /** Appends bytes of a row in hexadecimal digits. */
  void hex(RowReader rows, int column, int row) {
    int length = rows.length(column, row);
    room(Math.multiplyExact(2, length));
    // Into the back half, from where they are spread from the front.
    int from = size + length;
    rows.copy(column, row, bytes, from);
    for (int i = 0; i < length; i++) {
      int value = bytes[from + i] & 0xFF;
      bytes[size++] = HEX[value >> 4];
      bytes[size++] = HEX[value & 15];
    }
  }

  /** A text of a row as a string. */
  static String string(RowReader rows, int column, int row) {
    byte[] text = new byte[rows.length(column, row)];
    rows.copy(column, row, text, 0);
    return new String(text, StandardCharsets.UTF_8);
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      int most = Math.addExact(size, more);
      bytes = Arrays.copyOf(bytes, (int) Math.max(most, bytes.length / 2L * 3));
    }
  }
}
