package dev.osiris.worker.drivers.mysql.read;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A geometry as MySQL keeps it, a reference system of four bytes and well-known bytes, made a
 * well-known text.
 */
final class Geometry {

  /** Bytes of the reference system. */
  static final int HEADER = 4;

  private static final String[] NAMES = {
    "",
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION"
  };

  /** A collection in a collection, and so on: deeper ones are nobody's. */
  private static final int DEEPEST = 64;

  private final ByteBuffer in;
  private final StringBuilder out = new StringBuilder();

  private Geometry(ByteBuffer in) {
    this.in = in;
  }

  static String text(byte[] source, int from, int length) {
    if (length <= HEADER) {
      return "";
    }
    Geometry geometry = new Geometry(ByteBuffer.wrap(source, from + HEADER, length - HEADER));
    geometry.shape(true, DEEPEST);
    return geometry.out.toString();
  }

  private void shape(boolean named, int depth) {
    in.order(in.get() == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int type = in.getInt();
    if (type < 1 || type >= NAMES.length || depth == 0) {
      throw new Unfitting("is no geometry that has a text", "leave out 'geometry: text'");
    }
    if (named) {
      out.append(NAMES[type]);
    }
    switch (type) {
      case 1 -> {
        out.append('(');
        point();
        out.append(')');
      }
      case 2 -> list(this::point);
      case 3 -> list(() -> list(this::point));
      default -> list(() -> shape(type == 7, depth - 1));
    }
  }

  private void list(Runnable element) {
    int count = in.getInt();
    if (count == 0) {
      out.append(" EMPTY");
      return;
    }
    for (int i = 0; i < count; i++) {
      out.append(i == 0 ? '(' : ',');
      element.run();
    }
    out.append(')');
  }

  private void point() {
    number(in.getDouble());
    out.append(' ');
    number(in.getDouble());
  }

  private void number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.append((long) value);
    } else {
      out.append(value);
    }
  }
}
