package dev.osiris.worker.drivers.mysql.read;

/** Dates of the calendar that MySQL keeps, as days since 1970-01-01. */
final class Days {

  /** What stands for a date that there is not, such as 2020-00-10. */
  static final long NONE = Long.MIN_VALUE;

  private static final int[] LENGTHS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  /** Days from 0000-03-01 to 1970-01-01. */
  private static final long EPOCH = 719_468;

  private Days() {}

  /** The day of a date from year 0 on; {@link #NONE} when there is none. */
  static long of(int year, int month, int day) {
    if (month < 1 || month > 12 || day < 1 || day > length(year, month)) {
      return NONE;
    }
    // Years that begin in March have their leap day at the end.
    int y = month > 2 ? year : year - 1;
    int m = month > 2 ? month - 3 : month + 9;
    long leapDays = Math.floorDiv(y, 4) - Math.floorDiv(y, 100) + Math.floorDiv(y, 400);
    return 365L * y + leapDays + (153 * m + 2) / 5 + day - 1 - EPOCH;
  }

  private static int length(int year, int month) {
    boolean leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return leap ? 29 : LENGTHS[month - 1];
  }
}
