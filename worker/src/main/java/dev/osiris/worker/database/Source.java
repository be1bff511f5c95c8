package dev.osiris.worker.database;

import dev.osiris.step.Column;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a column of the input.
 *
 * @param precision digits of a DECIMAL, else 0
 * @param scale digits of a DECIMAL behind the point, else 0
 */
public record Source(Kind kind, int precision, int scale) {

  /** What values mean, for the question whether a column of the target can hold them. */
  public enum Family {
    BOOLEAN,
    NUMBER,
    TIME,
    TEXT,
    BYTES,
    NESTED,
    OTHER
  }

  /** How a value comes out of a {@link dev.osiris.driver.RowReader}, or that it does not. */
  public enum Kind {
    BOOLEAN(Family.BOOLEAN),
    /** Of at most 64 bits with their sign, as {@code getLong} gives them. */
    INTEGER(Family.NUMBER),
    UBIGINT(Family.NUMBER),
    HUGEINT(Family.NUMBER),
    UHUGEINT(Family.NUMBER),
    DECIMAL(Family.NUMBER),
    FLOAT(Family.NUMBER),
    DOUBLE(Family.NUMBER),
    DATE(Family.TIME),
    TIME(Family.TIME),
    TIMESTAMP(Family.TIME),
    TIMESTAMP_NS(Family.TIME),
    TIMESTAMPTZ(Family.TIME),
    INTERVAL(Family.TIME),
    UUID(Family.OTHER),
    TEXT(Family.TEXT),
    JSON(Family.TEXT),
    BLOB(Family.BYTES),
    BITS(Family.OTHER),
    TIMETZ(Family.TIME),
    LIST(Family.NESTED),
    NESTED(Family.NESTED),
    OTHER(Family.OTHER);

    private final Family family;

    Kind(Family family) {
      this.family = family;
    }

    public Family family() {
      return family;
    }
  }

  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");

  /** Of a column's type as DuckDB writes it. */
  public static Source of(Column column) {
    String type = column.type().toUpperCase(Locale.ROOT);
    Matcher decimal = DECIMAL.matcher(type);
    if (decimal.matches()) {
      return new Source(
          Kind.DECIMAL, Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    return new Source(kind(type), 0, 0);
  }

  private static Kind kind(String type) {
    if (type.endsWith("[]")) {
      return Kind.LIST;
    }
    if (type.endsWith("]")
        || type.startsWith("STRUCT(")
        || type.startsWith("MAP(")
        || type.startsWith("UNION(")) {
      return Kind.NESTED;
    }
    if (type.startsWith("ENUM(")) {
      return Kind.TEXT;
    }
    return switch (type) {
      case "BOOLEAN" -> Kind.BOOLEAN;
      case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER" ->
          Kind.INTEGER;
      case "UBIGINT" -> Kind.UBIGINT;
      case "HUGEINT" -> Kind.HUGEINT;
      case "UHUGEINT" -> Kind.UHUGEINT;
      case "FLOAT" -> Kind.FLOAT;
      case "DOUBLE" -> Kind.DOUBLE;
      case "DATE" -> Kind.DATE;
      case "TIME" -> Kind.TIME;
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS" -> Kind.TIMESTAMP;
      case "TIMESTAMP_NS" -> Kind.TIMESTAMP_NS;
      case "TIMESTAMP WITH TIME ZONE" -> Kind.TIMESTAMPTZ;
      case "TIME WITH TIME ZONE" -> Kind.TIMETZ;
      case "INTERVAL" -> Kind.INTERVAL;
      case "UUID" -> Kind.UUID;
      case "VARCHAR" -> Kind.TEXT;
      case "JSON" -> Kind.JSON;
      case "BLOB" -> Kind.BLOB;
      case "BIT" -> Kind.BITS;
      default -> Kind.OTHER;
    };
  }

  /** Whether the digits fit 64 bits. */
  public boolean isShortDecimal() {
    return kind == Kind.DECIMAL && precision <= 18;
  }
}
