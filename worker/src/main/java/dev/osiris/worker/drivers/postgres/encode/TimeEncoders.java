package dev.osiris.worker.drivers.postgres.encode;

import dev.osiris.driver.RowReader;
import dev.osiris.worker.database.Source;

/** Encoders of days, times and instants, which PostgreSQL counts from 2000-01-01. */
final class TimeEncoders {

  private static final int EPOCH_DAYS = 10_957;
  private static final long DAY = 86_400_000_000L;
  private static final long EPOCH_MICROS = EPOCH_DAYS * DAY;

  private TimeEncoders() {}

  /** Reads microseconds since 1970; infinities are {@link Long#MAX_VALUE} and its negative. */
  private interface Micros {
    long of(RowReader rows, int column, int row);
  }

  static final Encoder INTERVAL =
      (rows, column, row, out) -> {
        out.int32(16);
        out.int64(rows.getHigh(column, row));
        long rest = rows.getLow(column, row);
        out.int32((int) (rest >> 32));
        out.int32((int) rest);
      };

  static Encoder time(TargetType target) {
    long step = target.microsStep();
    return (rows, column, row, out) -> {
      long micros = rows.getLong(column, row);
      checkStep(micros, step);
      out.int32(8);
      out.int64(micros);
    };
  }

  static Encoder date(Source source) {
    if (source.kind() == Source.Kind.DATE) {
      return (rows, column, row, out) -> day(rows.getLong(column, row), out);
    }
    Micros micros = micros(source);
    return (rows, column, row, out) -> {
      long value = micros.of(rows, column, row);
      if (Math.abs(value) == Long.MAX_VALUE) {
        day(value > 0 ? Integer.MAX_VALUE : -Integer.MAX_VALUE, out);
      } else if (value % DAY != 0) {
        throw new Encoder.Unfitting("has a time of day");
      } else {
        day(value / DAY, out);
      }
    };
  }

  private static void day(long days, CopyBuffer out) {
    out.int32(4);
    if (days == Integer.MAX_VALUE) {
      out.int32(Integer.MAX_VALUE);
    } else if (days == -Integer.MAX_VALUE) {
      out.int32(Integer.MIN_VALUE);
    } else {
      long moved = days - EPOCH_DAYS;
      if (moved <= Integer.MIN_VALUE) {
        throw new Encoder.Unfitting("is before the first day that PostgreSQL has");
      }
      out.int32((int) moved);
    }
  }

  /** With and without time zone: instants are those of UTC. */
  static Encoder timestamp(Source source, TargetType target) {
    Micros micros = micros(source);
    long step = target.microsStep();
    return (rows, column, row, out) -> {
      long value = micros.of(rows, column, row);
      out.int32(8);
      if (value == Long.MAX_VALUE) {
        out.int64(Long.MAX_VALUE);
      } else if (value == -Long.MAX_VALUE) {
        out.int64(Long.MIN_VALUE);
      } else {
        checkStep(value, step);
        if (value < Long.MIN_VALUE + EPOCH_MICROS + 1) {
          throw new Encoder.Unfitting("is before the first instant that PostgreSQL has");
        }
        out.int64(value - EPOCH_MICROS);
      }
    };
  }

  private static Micros micros(Source source) {
    return switch (source.kind()) {
      case DATE ->
          (rows, column, row) -> {
            long days = rows.getLong(column, row);
            if (Math.abs(days) == Integer.MAX_VALUE) {
              return days > 0 ? Long.MAX_VALUE : -Long.MAX_VALUE;
            }
            if (Math.abs(days) > Long.MAX_VALUE / DAY - EPOCH_DAYS) {
              throw new Encoder.Unfitting("is outside of the instants that PostgreSQL has");
            }
            return days * DAY;
          };
      case TIMESTAMP_NS ->
          (rows, column, row) -> {
            long nanos = rows.getLong(column, row);
            if (Math.abs(nanos) == Long.MAX_VALUE) {
              return nanos;
            }
            if (nanos % 1_000 != 0) {
              throw new Encoder.Unfitting("has nanoseconds");
            }
            return nanos / 1_000;
          };
      default -> RowReader::getLong;
    };
  }

  private static void checkStep(long micros, long step) {
    if (step != 1 && micros % step != 0) {
      throw new Encoder.Unfitting("has more digits of a second than the column");
    }
  }
}
