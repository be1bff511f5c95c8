package dev.osiris.worker.drivers.mysql.read;

/** Texts that are made of bits and times, over and over in the same place. */
final class ShortText {

  private final byte[] bytes = new byte[80];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Bits of big-endian bytes as 0 and 1. */
  void bits(byte[] source, int from, int count, int bits) {
    length = bits;
    for (int i = 0; i < bits; i++) {
      int behind = bits - 1 - i;
      int index = from + count - 1 - (behind >> 3);
      int bit = index < from ? 0 : source[index] >> (behind & 7) & 1;
      bytes[i] = (byte) ('0' + bit);
    }
  }

  /** A time of the binary protocol as hours, minutes and seconds. */
  void time(byte[] source, int from, int count) {
    length = 0;
    if (count < 8) {
      put2(0);
      put(':');
      put2(0);
      put(':');
      put2(0);
      return;
    }
    if (source[from] != 0) {
      put('-');
    }
    int days = int32(source, from + 1);
    int hours = days * 24 + source[from + 5];
    if (hours >= 100) {
      put('0' + hours / 100);
    }
    put2(hours % 100);
    put(':');
    put2(source[from + 6]);
    put(':');
    put2(source[from + 7]);
    if (count >= 12) {
      int micros = int32(source, from + 8);
      put('.');
      put2(micros / 10_000);
      put2(micros / 100 % 100);
      put2(micros % 100);
    }
  }

  private static int int32(byte[] from, int at) {
    return (from[at] & 0xFF)
        | (from[at + 1] & 0xFF) << 8
        | (from[at + 2] & 0xFF) << 16
        | from[at + 3] << 24;
  }

  private void put2(int number) {
    put('0' + number / 10);
    put('0' + number % 10);
  }

  private void put(int character) {
    bytes[length++] = (byte) character;
  }
}
