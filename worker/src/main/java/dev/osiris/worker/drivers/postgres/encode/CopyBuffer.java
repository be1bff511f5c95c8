package dev.osiris.worker.drivers.postgres.encode;

import java.util.Arrays;

/**
 * Bytes on their way to the server, in network order. It grows for a row that is larger than it,
 * and is otherwise of one size. Used by one thread at a time.
 */
public final class CopyBuffer {

  private byte[] bytes;
  private int size;

  public CopyBuffer(int capacity) {
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

  /** Makes sure of room for so many bytes; the setters below do not. */
  public void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length / 2 * 3));
    }
  }

  void int8(int value) {
    bytes[size++] = (byte) value;
  }

  public void int16(int value) {
    bytes[size] = (byte) (value >> 8);
    bytes[size + 1] = (byte) value;
    size += 2;
  }

  public void int32(int value) {
    int at = size;
    bytes[at] = (byte) (value >> 24);
    bytes[at + 1] = (byte) (value >> 16);
    bytes[at + 2] = (byte) (value >> 8);
    bytes[at + 3] = (byte) value;
    size = at + 4;
  }

  public void int64(long value) {
    int32((int) (value >> 32));
    int32((int) value);
  }

  /** Counts bytes that were put into the array past the size. */
  void advance(int count) {
    size += count;
  }

  /** Appends bytes. */
  public void put(byte[] source, int offset, int length) {
    room(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }
}
