package dev.osiris.worker.duckdb.vector;

import java.math.BigInteger;
import java.sql.SQLException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBTableFunctionBindInfo;

/**
 * How DuckDB holds the values of a type in a vector.
 *
 * @param name DuckDB's own name of the type, whichever of its names was used
 * @param precision digits of a DECIMAL, else 0
 * @param scale digits of a DECIMAL behind the point, else 0
 */
public record VectorType(String name, Storage storage, int precision, int scale) {

  /** What a value is in memory; numbers are little-endian and signed unless said. */
  public enum Storage {
    BOOLEAN(1),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    /** Two words, the lower first. */
    INT128(16),
    FLOAT32(4),
    FLOAT64(8),
    /** UTF-8. */
    TEXT(16),
    BYTES(16),
    /** Months and days of 32 bits each, microseconds of 64. */
    INTERVAL(16),
    /** What is not read or written in place: lists, structs, enums and such. */
    OTHER(0);

    private final int width;

    Storage(int width) {
      this.width = width;
    }

    /** Bytes of one value in its vector. */
    public int width() {
      return width;
    }
  }

  private static final Pattern DECIMAL =
      Pattern.compile("(?:DECIMAL|NUMERIC)\\s*\\(\\s*(\\d{1,2})\\s*(?:,\\s*(\\d{1,2})\\s*)?\\)");

  /** The type of that name, in any spelling that DuckDB takes. */
  public static VectorType of(String text) {
    String type = ownName(text.strip().toUpperCase(Locale.ROOT));
    Matcher decimal = DECIMAL.matcher(type);
    if (decimal.matches()) {
      int precision = Integer.parseInt(decimal.group(1));
      int scale = decimal.group(2) == null ? 0 : Integer.parseInt(decimal.group(2));
      return decimal(precision, scale);
    }
    return new VectorType(type, storage(type), 0, 0);
  }

  private static VectorType decimal(int precision, int scale) {
    Storage storage =
        precision <= 4
            ? Storage.INT16
            : precision <= 9 ? Storage.INT32 : precision <= 18 ? Storage.INT64 : Storage.INT128;
    return new VectorType("DECIMAL(" + precision + "," + scale + ")", storage, precision, scale);
  }

  private static Storage storage(String type) {
    return switch (type) {
      case "BOOLEAN" -> Storage.BOOLEAN;
      case "TINYINT", "UTINYINT" -> Storage.INT8;
      case "SMALLINT", "USMALLINT" -> Storage.INT16;
      case "INTEGER", "UINTEGER", "DATE" -> Storage.INT32;
      case "BIGINT",
          "UBIGINT",
          "TIME",
          "TIMESTAMP",
          "TIMESTAMP_S",
          "TIMESTAMP_MS",
          "TIMESTAMP_NS",
          "TIMESTAMP WITH TIME ZONE" ->
          Storage.INT64;
      case "HUGEINT", "UHUGEINT", "UUID" -> Storage.INT128;
      case "FLOAT" -> Storage.FLOAT32;
      case "DOUBLE" -> Storage.FLOAT64;
      case "VARCHAR", "JSON" -> Storage.TEXT;
      case "BLOB" -> Storage.BYTES;
      case "INTERVAL" -> Storage.INTERVAL;
      default -> Storage.OTHER;
    };
  }

  private static String ownName(String type) {
    return switch (type) {
      case "BOOL", "LOGICAL" -> "BOOLEAN";
      case "INT1" -> "TINYINT";
      case "INT2", "SHORT", "INT16" -> "SMALLINT";
      case "INT4", "INT", "SIGNED", "INT32" -> "INTEGER";
      case "INT8", "LONG", "INT64" -> "BIGINT";
      case "FLOAT4", "REAL" -> "FLOAT";
      case "FLOAT8" -> "DOUBLE";
      case "TEXT", "STRING", "CHAR", "BPCHAR" -> "VARCHAR";
      case "DATETIME", "TIMESTAMP WITHOUT TIME ZONE" -> "TIMESTAMP";
      case "TIMESTAMPTZ" -> "TIMESTAMP WITH TIME ZONE";
      case "BYTEA", "VARBINARY", "BINARY" -> "BLOB";
      case "DECIMAL", "NUMERIC" -> "DECIMAL(18,3)";
      default -> type;
    };
  }

  public boolean isDecimal() {
    return precision > 0;
  }

  /** Whether a column of a Java table function can be declared so, with its values in place. */
  public boolean declarable() {
    return switch (name) {
      case "TIME", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "UUID", "UHUGEINT", "JSON" ->
          false;
      default ->
          switch (storage) {
            case BYTES, INTERVAL, OTHER -> false;
            default -> true;
          };
    };
  }

  /** Declares a column of a Java table function; only a {@link #declarable} type can. */
  public void declare(DuckDBTableFunctionBindInfo bind, String column) throws SQLException {
    if (isDecimal()) {
      try (DuckDBLogicalType decimal = DuckDBLogicalType.decimal(precision, scale)) {
        bind.addResultColumn(column, decimal);
      }
    } else {
      bind.addResultColumn(
          column,
          name.equals("TIMESTAMP WITH TIME ZONE")
              ? DuckDBColumnType.TIMESTAMP_WITH_TIME_ZONE
              : DuckDBColumnType.valueOf(name));
    }
  }

  /** Smallest value of a type that is held in at most 64 bits, as a number. */
  long least() {
    if (isDecimal()) {
      return -most();
    }
    return switch (name) {
      case "TINYINT" -> Byte.MIN_VALUE;
      case "SMALLINT" -> Short.MIN_VALUE;
      case "INTEGER", "DATE" -> Integer.MIN_VALUE;
      case "UTINYINT", "USMALLINT", "UINTEGER" -> 0;
      default -> Long.MIN_VALUE;
    };
  }

  /** Largest value of a type that is held in at most 64 bits, as a number. */
  long most() {
    if (isDecimal()) {
      return BigInteger.TEN.pow(precision).longValueExact() - 1;
    }
    return switch (name) {
      case "TINYINT" -> Byte.MAX_VALUE;
      case "SMALLINT" -> Short.MAX_VALUE;
      case "INTEGER", "DATE" -> Integer.MAX_VALUE;
      case "UTINYINT" -> 0xFF;
      case "USMALLINT" -> 0xFFFF;
      case "UINTEGER" -> 0xFFFF_FFFFL;
      default -> Long.MAX_VALUE;
    };
  }
}
