package dev.osiris.worker.drivers.postgres.encode;

/**
 * The type of a column of the target, as the server's catalog has it; of a domain the type below.
 *
 * @param receive the function that reads its binary form, which tells types apart whatever their
 *     names and schemas: {@code int4recv}
 * @param modifier as PostgreSQL packs it; -1 for none
 * @param sql its name in SQL without the modifier: {@code numeric}
 * @param full its name in SQL with it: {@code numeric(10,2)}
 */
public record TargetType(String receive, int modifier, String sql, String full) {

  /** Digits behind the point of a numeric that says them; else any number. */
  int numericScale() {
    if (modifier < 0) {
      return Integer.MAX_VALUE;
    }
    // Eleven bits with a sign, since PostgreSQL 15.
    return ((modifier - 4 & 0x7FF) ^ 1024) - 1024;
  }

  /** Most characters of a varchar or char. */
  int characters() {
    return modifier < 0 ? Integer.MAX_VALUE : modifier - 4;
  }

  /** Microseconds in the smallest step of a time or timestamp. */
  long microsStep() {
    long step = 1;
    for (int digits = modifier < 0 ? 6 : modifier; digits < 6; digits++) {
      step *= 10;
    }
    return step;
  }
}
