package dev.osiris.host.run.store;

import dev.osiris.session.SessionId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Default session ids: they sort by time, and two of one millisecond still differ. */
public final class SessionNames {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private SessionNames() {}

  /** {@code 20260131-235959-123-4f2a}, in UTC. */
  public static SessionId next(Instant now, RandomGenerator random) {
    return new SessionId(
        TIME.format(now) + "-" + String.format(Locale.ROOT, "%04x", random.nextInt(1 << 16)));
  }
}
