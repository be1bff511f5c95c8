package dev.osiris.worker.duckdb.vector;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.duckdb.DuckDBWritableVector;

/**
 * The values of one column of one batch, on Java's heap, as DuckDB's vectors hold them. Rows are
 * set in ascending order, each once.
 */
abstract sealed class ColumnBuffer {

  private final BitSet nulls = new BitSet();
  private int rows;

  static ColumnBuffer of(VectorType type, int capacity) {
    return switch (type.storage()) {
      case BOOLEAN, INT8 -> new Bytes(capacity);
      case INT16 -> new Shorts(capacity);
      case INT32 -> new Ints(capacity);
      case INT64 -> new Longs(capacity);
      case INT128 -> new Huges(capacity);
      case FLOAT32 -> new Floats(capacity);
      case FLOAT64 -> new Doubles(capacity);
      case TEXT -> new Texts(capacity, true);
      case BYTES -> new Texts(capacity, false);
      case INTERVAL, OTHER -> throw new IllegalArgumentException("no vector of " + type.name());
    };
  }

  /** Rows set since {@link #clear}. */
  final int rows() {
    return rows;
  }

  /** Takes the next row, which must be this one. */
  final void next(int row) {
    if (row != rows) {
      throw new IllegalStateException("row " + row + " is set where row " + rows + " is next");
    }
    rows++;
  }

  void setNull(int row) {
    next(row);
    nulls.set(row);
  }

  void clear() {
    rows = 0;
    nulls.clear();
  }

  void setLong(int row, long value) {
    throw unsuited();
  }

  void setHuge(int row, long high, long low) {
    throw unsuited();
  }

  void setDouble(int row, double value) {
    throw unsuited();
  }

  void setBytes(int row, byte[] source, int offset, int length) {
    throw unsuited();
  }

  /** Copies the first rows into a vector of the chunk. */
  final void writeTo(DuckDBWritableVector vector, int count) {
    write(vector, VectorMemory.data(vector), count);
    VectorMemory.putValidity(vector, nulls, count);
  }

  abstract void write(DuckDBWritableVector vector, ByteBuffer data, int count);

  private static IllegalStateException unsuited() {
    return new IllegalStateException("the setter does not suit the type of the column");
  }

  private static final class Bytes extends ColumnBuffer {
    private final byte[] values;

    Bytes(int capacity) {
      values = new byte[capacity];
    }

    @Override
    void setLong(int row, long value) {
      next(row);
      values[row] = (byte) value;
    }

    @Override
    void write(DuckDBWritableVector vector, ByteBuffer data, int count) {
      data.put(0, values, 0, count);
    }
  }

  private static final class Shorts extends ColumnBuffer {
    private final short[] values;

    Shorts(int capacity) {
      values = new short[capacity];
    }

    @Override
    void setLong(int row, long value) {
      next(row);
      values[row] = (short) value;
    }

    @Override
    void write(DuckDBWritableVector vector, ByteBuffer data, int count) {
      data.asShortBuffer().put(values, 0, count);
    }
  }

  private static final class Ints extends ColumnBuffer {
    private final int[] values;

    Ints(int capacity) {
      values = new int[capacity];
    }

    @Override
    void setLong(int row, long value) {
      next(row);
      values[row] = (int) value;
    }

    @Override
    void write(DuckDBWritableVector vector, ByteBuffer data, int count) {
      data.asIntBuffer().put(values, 0, count);
    }
  }

  private static final class Longs extends ColumnBuffer {
    private final long[] values;

    Longs(int capacity) {
      values = new long[capacity];
    }

    @Override
    void setLong(int row, long value) {
      next(row);
      values[row] = value;
    }

    @Override
    void write(DuckDBWritableVector vector, ByteBuffer data, int count) {
      data.asLongBuffer().put(values, 0, count);
    }
  }

  private static final class Huges extends ColumnBuffer {
    private final long[] words;

    Huges(int capacity) {
      words = new long[2 * capacity];
    }

    @Override
    void setHuge(int row, long high, long low) {
      next(row);
      words[2 * row] = low;
      words[2 * row + 1] = high;
    }

    @Override
    void write(DuckDBWritableVector vector, ByteBuffer data, int count) {
      data.asLongBuffer().put(words, 0, 2 * count);
    }
  }

  private static final class Floats extends ColumnBuffer {
    private final float[] values;

    Floats(int capacity) {
      values = new float[capacity];
    }

    @Override
    void setDouble(int row, double value) {
      next(row);
      values[row] = (float) value;
    }

    @Override
    void write(DuckDBWritableVector vector, ByteBuffer data, int count) {
      data.asFloatBuffer().put(values, 0, count);
    }
  }

  private static final class Doubles extends ColumnBuffer {
    private final double[] values;

    Doubles(int capacity) {
      values = new double[capacity];
    }

    @Override
    void setDouble(int row, double value) {
      next(row);
      values[row] = value;
    }

    @Override
    void write(DuckDBWritableVector vector, ByteBuffer data, int count) {
      data.asDoubleBuffer().put(values, 0, count);
    }
  }

  /** Texts and bytes, one after the other. */
  private static final class Texts extends ColumnBuffer {

    private static final int START = 4 << 10;

    /** More than this is given back after the batch that needed it. */
    private static final int KEPT = 1 << 20;

    private final long[] lengths;
    private final boolean utf8;
    private byte[] bytes = new byte[START];
    private int used;

    Texts(int capacity, boolean utf8) {
      this.lengths = new long[capacity];
      this.utf8 = utf8;
    }

    @Override
    void setNull(int row) {
      super.setNull(row);
      lengths[row] = VectorMemory.NO_TEXT;
    }

    @Override
    void setBytes(int row, byte[] source, int offset, int length) {
      next(row);
      if (length > bytes.length - used) {
        grow(length);
      }
      System.arraycopy(source, offset, bytes, used, length);
      lengths[row] = length;
      used += length;
    }

    private void grow(int more) {
      int needed = Math.addExact(used, more);
      // A single huge value gets just its room: twice of it might be all the heap there is.
      bytes = Arrays.copyOf(bytes, needed > KEPT ? needed : Math.max(needed, 2 * bytes.length));
    }

    @Override
    void clear() {
      super.clear();
      used = 0;
      if (bytes.length > KEPT) {
        bytes = new byte[START];
      }
    }

    @Override
    void write(DuckDBWritableVector vector, ByteBuffer data, int count) {
      if (utf8) {
        VectorMemory.putTexts(vector, bytes, used, Arrays.copyOf(lengths, count));
      } else {
        VectorMemory.putBytes(vector, bytes, lengths, count);
      }
    }
  }
}
