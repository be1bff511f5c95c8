package dev.osiris.worker.drivers.postgres.encode;

import dev.osiris.driver.RowReader;
import dev.osiris.worker.database.Source;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Encoders of numbers to the fixed-size numbers of PostgreSQL. One that is not exactly a number of
 * the target's type does not fit.
 */
final class NumberEncoders {

  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

  private NumberEncoders() {}

  /** Reads a number as it is; {@code null} for NaN and infinities. */
  interface Exact {
    @Nullable BigDecimal of(RowReader rows, int column, int row);
  }

  /** Reads the values of a type, whatever it costs. */
  static Exact exact(Source source) {
    int scale = source.scale();
    return switch (source.kind()) {
      case UBIGINT -> (rows, column, row) -> new BigDecimal(unsigned(rows.getLong(column, row)));
      case HUGEINT -> (rows, column, row) -> new BigDecimal(huge(rows, column, row));
      case UHUGEINT ->
          (rows, column, row) ->
              new BigDecimal(
                  unsigned(rows.getHigh(column, row))
                      .multiply(WORD)
                      .add(unsigned(rows.getLow(column, row))));
      case DECIMAL ->
          source.isShortDecimal()
              ? (rows, column, row) -> BigDecimal.valueOf(rows.getLong(column, row), scale)
              : (rows, column, row) -> new BigDecimal(huge(rows, column, row), scale);
      // The shortest text that is read as the same number, as DuckDB and PostgreSQL show it.
      case FLOAT ->
          (rows, column, row) -> {
            float value = (float) rows.getDouble(column, row);
            return Float.isFinite(value) ? shortest(Float.toString(value)) : null;
          };
      case DOUBLE ->
          (rows, column, row) -> {
            double value = rows.getDouble(column, row);
            return Double.isFinite(value) ? shortest(Double.toString(value)) : null;
          };
      default -> (rows, column, row) -> BigDecimal.valueOf(rows.getLong(column, row));
    };
  }

  private static BigDecimal shortest(String number) {
    return new BigDecimal(number).stripTrailingZeros();
  }

  private static BigInteger unsigned(long bits) {
    BigInteger value = BigInteger.valueOf(bits);
    return bits < 0 ? value.add(WORD) : value;
  }

  private static BigInteger huge(RowReader rows, int column, int row) {
    return BigInteger.valueOf(rows.getHigh(column, row))
        .multiply(WORD)
        .add(unsigned(rows.getLow(column, row)));
  }

  /** Of whole numbers between two bounds, in so many bytes. */
  static Encoder integer(Source source, int bytes, long least, long most, String type) {
    if (source.kind() == Source.Kind.INTEGER) {
      return (rows, column, row, out) ->
          put(rows.getLong(column, row), bytes, least, most, type, out);
    }
    Exact exact = exact(source);
    return (rows, column, row, out) -> {
      BigDecimal value = exact.of(rows, column, row);
      if (value == null) {
        throw new Encoder.Unfitting("is NaN or infinite");
      }
      long number;
      try {
        number = value.longValueExact();
      } catch (ArithmeticException inexact) {
        throw new Encoder.Unfitting(
            value.stripTrailingZeros().scale() > 0 ? "is no whole number" : "is no " + type);
      }
      put(number, bytes, least, most, type, out);
    };
  }

  private static void put(
      long value, int bytes, long least, long most, String type, CopyBuffer out) {
    if (value < least || value > most) {
      throw new Encoder.Unfitting("is no " + type);
    }
    out.int32(bytes);
    switch (bytes) {
      case 2 -> out.int16((int) value);
      case 4 -> out.int32((int) value);
      default -> out.int64(value);
    }
  }

  static Encoder float8(Source source) {
    if (source.kind() == Source.Kind.DOUBLE) {
      return (rows, column, row, out) -> put(rows.getDouble(column, row), out);
    }
    Exact exact = exact(source);
    boolean floats = source.kind() == Source.Kind.FLOAT;
    return (rows, column, row, out) -> {
      BigDecimal value = floats ? null : exact.of(rows, column, row);
      double number = value == null ? rows.getDouble(column, row) : value.doubleValue();
      if (value != null && !isSame(Double.toString(number), value)) {
        throw new Encoder.Unfitting("has more digits than a double precision keeps");
      }
      put(number, out);
    };
  }

  private static void put(double value, CopyBuffer out) {
    out.int32(8);
    out.int64(Double.doubleToRawLongBits(value));
  }

  static Encoder float4(Source source) {
    Exact exact = exact(source);
    boolean doubles = source.kind() == Source.Kind.DOUBLE || source.kind() == Source.Kind.FLOAT;
    return (rows, column, row, out) -> {
      float number;
      if (doubles) {
        double value = rows.getDouble(column, row);
        number = (float) value;
        if (number != value && !Double.isNaN(value)) {
          throw new Encoder.Unfitting("has more digits than a real keeps");
        }
      } else {
        BigDecimal value = exact.of(rows, column, row);
        number = value == null ? Float.NaN : value.floatValue();
        if (value != null && !isSame(Float.toString(number), value)) {
          throw new Encoder.Unfitting("has more digits than a real keeps");
        }
      }
      out.int32(4);
      out.int32(Float.floatToRawIntBits(number));
    };
  }

  private static boolean isSame(String shortest, BigDecimal value) {
    return !shortest.endsWith("y") && new BigDecimal(shortest).compareTo(value) == 0;
  }
}
