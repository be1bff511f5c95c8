package dev.osiris.worker.duckdb.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.BitSet;
import org.duckdb.DuckDBBindings;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The memory of DuckDB's vectors, which its JDBC driver has and shows a value at a time only, with
 * checks and a copy for each. What is used of the driver is private to it, so its version is fixed
 * and a test holds this class against it; the functions themselves are of DuckDB's stable C API.
 */
@SuppressWarnings("restricted") // Addresses come from DuckDB and are read while it holds them.
final class VectorMemory {

  /** The process's memory, by address. */
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** Length of a text that is not there. */
  static final long NO_TEXT = -1;

  private static final VarHandle DATA = field(DuckDBWritableVector.class, "data");
  private static final VarHandle VALIDITY = field(DuckDBWritableVector.class, "validity");
  private static final VarHandle VECTOR = field(DuckDBWritableVector.class, "vectorRef");
  private static final VarHandle RESULT = field(DuckDBChunkedResult.class, "resultRef");

  private static final MethodHandle PUT_TEXTS =
      binding(
          "duckdb_vector_assign_string_elements",
          void.class,
          ByteBuffer.class,
          long.class,
          byte[].class,
          long[].class,
          int.class);
  private static final MethodHandle FETCH =
      binding("duckdb_fetch_chunk", ByteBuffer.class, ByteBuffer.class);
  private static final MethodHandle ERROR =
      binding("duckdb_result_error", byte[].class, ByteBuffer.class);
  private static final MethodHandle DESTROY =
      binding("duckdb_destroy_data_chunk", void.class, ByteBuffer.class);
  private static final MethodHandle SIZE =
      binding("duckdb_data_chunk_get_size", long.class, ByteBuffer.class);
  private static final MethodHandle GET_VECTOR =
      binding("duckdb_data_chunk_get_vector", ByteBuffer.class, ByteBuffer.class, long.class);
  private static final MethodHandle GET_DATA =
      binding("duckdb_vector_get_data", ByteBuffer.class, ByteBuffer.class, long.class);
  private static final MethodHandle GET_VALIDITY =
      binding("duckdb_vector_get_validity", ByteBuffer.class, ByteBuffer.class, long.class);

  /** The function of the C API that takes bytes as they are, whether or not they are UTF-8. */
  private static final MethodHandle PUT_BYTES =
      Linker.nativeLinker()
          .downcallHandle(
              SymbolLookup.loaderLookup()
                  .findOrThrow("duckdb_unsafe_vector_assign_string_element_len"),
              FunctionDescriptor.ofVoid(
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG));

  private VectorMemory() {}

  /** The values of a vector that is being written, in the machine's byte order. */
  static ByteBuffer data(DuckDBWritableVector vector) {
    return (ByteBuffer) DATA.get(vector);
  }

  /** Says of each row whether it has a value; none has one before. */
  static void putValidity(DuckDBWritableVector vector, BitSet nulls, int rows) {
    ByteBuffer validity = (ByteBuffer) VALIDITY.get(vector);
    long[] words = nulls.toLongArray();
    for (int i = 0; i < rows + 63 >> 6; i++) {
      validity.putLong(8 * i, i < words.length ? ~words[i] : -1L);
    }
  }

  /**
   * Puts UTF-8 texts that stand one after the other; DuckDB refuses what is no UTF-8.
   *
   * @param lengths of each row; {@link #NO_TEXT} for none
   */
  static void putTexts(DuckDBWritableVector vector, byte[] bytes, int used, long[] lengths) {
    try {
      PUT_TEXTS.invokeExact((ByteBuffer) VECTOR.get(vector), 0L, bytes, lengths, used);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  /** Puts bytes that stand one after the other. */
  static void putBytes(DuckDBWritableVector vector, byte[] bytes, long[] lengths, int count) {
    MemorySegment target = MemorySegment.ofBuffer((ByteBuffer) VECTOR.get(vector));
    try (Arena arena = Arena.ofConfined()) {
      long total = 0;
      for (int row = 0; row < count; row++) {
        total += Math.max(0, lengths[row]);
      }
      MemorySegment all = arena.allocate(Math.max(1, total));
      MemorySegment.copy(bytes, 0, all, ValueLayout.JAVA_BYTE, 0, Math.toIntExact(total));
      long from = 0;
      for (int row = 0; row < count; row++) {
        if (lengths[row] != NO_TEXT) {
          PUT_BYTES.invokeExact(target, (long) row, all.asSlice(from, lengths[row]), lengths[row]);
          from += lengths[row];
        }
      }
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  /**
   * Fetches the next chunk of a result; {@code null} at its end.
   *
   * @throws SQLException with the engine's text, when the query has failed meanwhile
   */
  static @Nullable ByteBuffer fetch(DuckDBChunkedResult result) throws SQLException {
    ByteBuffer ref = (ByteBuffer) RESULT.get(result);
    if (ref == null) {
      throw new SQLException("the result was closed");
    }
    try {
      ByteBuffer chunk = (ByteBuffer) FETCH.invokeExact(ref);
      if (chunk == null) {
        byte[] error = (byte[]) ERROR.invokeExact(ref);
        if (error != null && error.length > 0) {
          throw new SQLException(new String(error, StandardCharsets.UTF_8));
        }
      }
      return chunk;
    } catch (SQLException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int rows(ByteBuffer chunk) {
    try {
      return (int) (long) SIZE.invokeExact(chunk);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  /** The values of a column of a chunk that is being read; they end with the chunk. */
  static ByteBuffer data(ByteBuffer chunk, int column, int bytes) {
    try {
      ByteBuffer vector = (ByteBuffer) GET_VECTOR.invokeExact(chunk, (long) column);
      ByteBuffer data = (ByteBuffer) GET_DATA.invokeExact(vector, (long) bytes);
      return data.order(ByteOrder.nativeOrder());
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  /**
   * A bit for each row of a column that has a value, in words of 64; {@code null} when all have.
   */
  static @Nullable ByteBuffer validity(ByteBuffer chunk, int column, int rows) {
    try {
      ByteBuffer vector = (ByteBuffer) GET_VECTOR.invokeExact(chunk, (long) column);
      ByteBuffer validity = (ByteBuffer) GET_VALIDITY.invokeExact(vector, (long) rows);
      return validity == null ? null : validity.order(ByteOrder.nativeOrder());
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static void destroy(ByteBuffer chunk) {
    try {
      DESTROY.invokeExact(chunk);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  private static VarHandle field(Class<?> owner, String name) {
    try {
      return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
          .findVarHandle(owner, name, ByteBuffer.class);
    } catch (ReflectiveOperationException changed) {
      throw new IllegalStateException(owner + " of DuckDB's driver has changed", changed);
    }
  }

  private static MethodHandle binding(String name, Class<?> returned, Class<?>... parameters) {
    try {
      return MethodHandles.privateLookupIn(DuckDBBindings.class, MethodHandles.lookup())
          .findStatic(DuckDBBindings.class, name, MethodType.methodType(returned, parameters));
    } catch (ReflectiveOperationException changed) {
      throw new IllegalStateException("the bindings of DuckDB's driver have changed", changed);
    }
  }

  private static RuntimeException unexpected(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      default -> new IllegalStateException("a call into DuckDB has failed", thrown);
    };
  }
}
