package dev.osiris.worker.drivers.mysql.encode;

import dev.osiris.driver.RowReader;
import dev.osiris.worker.database.Source;
import java.time.LocalDate;

/**
 * Encoders of days and times. The server rounds in silence, so what it would round is refused here.
 */
final class Times {

  private static final long DAY = 86_400_000_000L;
  private static final long HOUR = 3_600_000_000L;
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final long MOST_HOURS = 838;

  private Times() {}

  /** Reads microseconds since 1970. */
  private interface Micros {
    long of(RowReader rows, int column, int row);
  }

  static Encoder date(Source source) {
    if (source.kind() == Source.Kind.DATE) {
      return (rows, column, row, out) -> day(rows.getLong(column, row), out);
    }
    Micros micros = micros(source);
    return (rows, column, row, out) -> {
      long value = micros.of(rows, column, row);
      if (Math.floorMod(value, DAY) != 0) {
        throw new Encoder.Unfitting("has a time of day, or is infinite");
      }
      day(Math.floorDiv(value, DAY), out);
    };
  }

  /** For datetime and timestamp: instants are those of UTC, the session's time zone. */
  static Encoder instant(Source source, TargetType target) {
    long step = target.microsStep();
    if (source.kind() == Source.Kind.DATE) {
      return (rows, column, row, out) -> {
        day(rows.getLong(column, row), out);
        out.ascii(" 00:00:00");
      };
    }
    Micros micros = micros(source);
    return (rows, column, row, out) -> {
      long value = micros.of(rows, column, row);
      day(Math.floorDiv(value, DAY), out);
      out.put(' ');
      time(Math.floorMod(value, DAY), step, out);
    };
  }

  /** For time, which is a length of time as well. */
  static Encoder time(Source source, TargetType target) {
    long step = target.microsStep();
    if (source.kind() == Source.Kind.TIME) {
      return (rows, column, row, out) -> time(rows.getLong(column, row), step, out);
    }
    return (rows, column, row, out) -> {
      long rest = rows.getLow(column, row);
      int days = (int) (rest >> 32);
      if ((int) rest != 0 || Math.abs((long) days) > 35) {
        throw new Encoder.Unfitting("is longer than 838:59:59");
      }
      long micros = rows.getHigh(column, row);
      if (Math.abs(micros) > (MOST_HOURS + 1) * HOUR) {
        throw new Encoder.Unfitting("is longer than 838:59:59");
      }
      micros += days * DAY;
      if (Math.abs(micros) >= (MOST_HOURS + 1) * HOUR) {
        throw new Encoder.Unfitting("is longer than 838:59:59");
      }
      if (micros < 0) {
        out.put('-');
      }
      time(Math.abs(micros), step, out);
    };
  }

  private static Micros micros(Source source) {
    if (source.kind() == Source.Kind.TIMESTAMP_NS) {
      return (rows, column, row) -> {
        long nanos = rows.getLong(column, row);
        if (nanos % 1000 != 0) {
          throw new Encoder.Unfitting("has parts of a microsecond, or is infinite");
        }
        return nanos / 1000;
      };
    }
    return RowReader::getLong;
  }

  private static void day(long days, RowBuffer out) {
    if (days < FIRST_DAY || days > LAST_DAY) {
      throw new Encoder.Unfitting("is not of the years 1 to 9999");
    }
    LocalDate date = LocalDate.ofEpochDay(days);
    out.digits(date.getYear(), 4);
    out.put('-');
    out.digits(date.getMonthValue(), 2);
    out.put('-');
    out.digits(date.getDayOfMonth(), 2);
  }

  private static void time(long micros, long step, RowBuffer out) {
    if (micros % step != 0) {
      throw new Encoder.Unfitting("has smaller parts of a second");
    }
    long hours = micros / HOUR;
    out.digits(hours, hours > 99 ? 3 : 2);
    out.put(':');
    out.digits(micros / 60_000_000 % 60, 2);
    out.put(':');
    out.digits(micros / 1_000_000 % 60, 2);
    if (micros % 1_000_000 != 0) {
      out.put('.');
      out.digits(micros % 1_000_000, 6);
    }
  }
}
