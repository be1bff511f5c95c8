package dev.osiris.worker.drivers.postgres;

/**
 * Numbers in network order, in which PostgreSQL sends them. Put together by hand: a view of an
 * array costs the worker's compiler several calls a number.
 */
final class Wire {

  private Wire() {}

  static long int64(byte[] source, int at) {
    return (long) int32(source, at) << 32 | int32(source, at + 4) & 0xFFFF_FFFFL;
  }

  static int int32(byte[] source, int at) {
    return source[at] << 24
        | (source[at + 1] & 0xFF) << 16
        | (source[at + 2] & 0xFF) << 8
        | source[at + 3] & 0xFF;
  }

  static int int16(byte[] source, int at) {
    return source[at] << 8 | source[at + 1] & 0xFF;
  }
}
