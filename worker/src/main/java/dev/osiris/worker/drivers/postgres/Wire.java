package dev.osiris.worker.drivers.postgres;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in network order, in which PostgreSQL sends them. */
final class Wire {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private Wire() {}

  static long int64(byte[] source, int at) {
    return (long) LONG.get(source, at);
  }

  static int int32(byte[] source, int at) {
    return (int) INT.get(source, at);
  }

  static int int16(byte[] source, int at) {
    return (short) SHORT.get(source, at);
  }
}
