package dev.osiris.worker.drivers.mysql.encode;

import dev.osiris.worker.database.Source;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Encoders of numbers. The server rounds in silence, so what it would round is refused here. */
final class Numbers {

  private Numbers() {}

  /** For whole numbers and decimals; those that are out of range the server refuses. */
  static Encoder exact(Source source, TargetType target) {
    int scale = Math.max(0, target.scale());
    return switch (source.kind()) {
      case BOOLEAN -> (rows, column, row, out) -> out.put(rows.getBoolean(column, row) ? '1' : '0');
      case INTEGER -> (rows, column, row, out) -> out.number(rows.getLong(column, row), 0);
      case FLOAT, DOUBLE ->
          (rows, column, row, out) ->
              out.ascii(
                  fitting(decimal(rows.getDouble(column, row), source), scale).toPlainString());
      case DECIMAL ->
          inPlace(source, target)
              ? (rows, column, row, out) -> out.number(rows.getLong(column, row), source.scale())
              : texts(scale);
      default -> texts(scale);
    };
  }

  /** Whether a decimal is read as a number: one that surely has no digit too many. */
  static boolean inPlace(Source source, TargetType target) {
    return target.name().equals("decimal")
        && source.isShortDecimal()
        && source.scale() <= target.scale();
  }

  /** For double, and for float; both may have a scale, as MySQL had it once. */
  static Encoder floating(Source source, TargetType target) {
    boolean single = target.name().equals("float");
    boolean free = target.scale() < 0;
    if (free
        && (source.kind() == Source.Kind.DOUBLE && !single || source.kind() == Source.Kind.FLOAT)) {
      return (rows, column, row, out) -> {
        double value = rows.getDouble(column, row);
        finite(value);
        out.ascii(single ? Float.toString((float) value) : Double.toString(value));
      };
    }
    return (rows, column, row, out) -> {
      BigDecimal value =
          switch (source.kind()) {
            case FLOAT, DOUBLE -> decimal(rows.getDouble(column, row), source);
            case BOOLEAN -> rows.getBoolean(column, row) ? BigDecimal.ONE : BigDecimal.ZERO;
            case INTEGER -> BigDecimal.valueOf(rows.getLong(column, row));
            default -> new BigDecimal(RowBuffer.string(rows, column, row));
          };
      if (!free) {
        fitting(value, target.scale());
      }
      double held = single ? value.floatValue() : value.doubleValue();
      boolean same =
          Double.isFinite(held)
              && (single && source.kind() == Source.Kind.DOUBLE
                      ? new BigDecimal(held).compareTo(new BigDecimal(rows.getDouble(column, row)))
                      : decimal(held, single).compareTo(value))
                  == 0;
      if (!same) {
        throw new Encoder.Unfitting("has more digits than a " + target.name() + " keeps");
      }
      out.ascii(single ? Float.toString((float) held) : Double.toString(held));
    };
  }

  /** For bit(n): the number that its bits are. */
  static Encoder bits(Source source, TargetType target) {
    return switch (source.kind()) {
      case BITS ->
          (rows, column, row, out) -> {
            String bits = RowBuffer.string(rows, column, row);
            if (bits.length() != target.length()) {
              throw new Encoder.Unfitting("has another number of bits");
            }
            out.ascii(new BigInteger(bits, 2).toString());
          };
      case BOOLEAN -> (rows, column, row, out) -> out.put(rows.getBoolean(column, row) ? '1' : '0');
      default ->
          (rows, column, row, out) -> {
            long value = rows.getLong(column, row);
            if (value < 0 || target.length() < Long.SIZE && value >> target.length() != 0) {
              throw new Encoder.Unfitting("has more bits");
            }
            out.number(value, 0);
          };
    };
  }

  /** For year: four digits, since two would be a year of our time. */
  static final Encoder YEAR =
      (rows, column, row, out) -> {
        long value = rows.getLong(column, row);
        if (value != 0 && (value < 1901 || value > 2155)) {
          throw new Encoder.Unfitting("is neither 0 nor a year from 1901 to 2155");
        }
        out.digits(value, 4);
      };

  private static Encoder texts(int scale) {
    return (rows, column, row, out) -> {
      String text = RowBuffer.string(rows, column, row);
      int point = text.indexOf('.');
      if (point >= 0 && text.length() - point - 1 > scale) {
        fitting(new BigDecimal(text), scale);
      }
      out.ascii(text);
    };
  }

  private static BigDecimal fitting(BigDecimal value, int scale) {
    if (value.stripTrailingZeros().scale() > scale) {
      throw new Encoder.Unfitting(
          scale == 0
              ? "is no whole number"
              : "has more than " + scale + " digits behind the point");
    }
    return value;
  }

  /** The number that is meant: the shortest one that is read as the same value. */
  private static BigDecimal decimal(double value, Source source) {
    return decimal(value, source.kind() == Source.Kind.FLOAT);
  }

  private static BigDecimal decimal(double value, boolean single) {
    finite(value);
    return new BigDecimal(single ? Float.toString((float) value) : Double.toString(value));
  }

  private static void finite(double value) {
    if (!Double.isFinite(value)) {
      throw new Encoder.Unfitting("is not a number, or infinite");
    }
  }
}
