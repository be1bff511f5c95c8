package dev.osiris.host.session;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The rhythm of a conversation.
 *
 * @param pingEvery renews the lease
 * @param readIdle after which a silent stream counts as broken
 * @param attachFor how long a broken conversation is tried to be taken up again
 * @param backOff before the first try; doubles up to two seconds
 * @param closeFor how long the worker may take to confirm the end
 * @param nanos a clock that never goes back
 */
public record SessionSettings(
    Duration pingEvery,
    Duration readIdle,
    Duration attachFor,
    Duration backOff,
    Duration closeFor,
    LongSupplier nanos) {

  /** Events under way to a listener that has not taken them; then the worker has to wait. */
  static final int WINDOW = 64;

  /** What the protocol's defaults fit. */
  public static SessionSettings standard(LongSupplier nanos) {
    return new SessionSettings(
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        Duration.ofMillis(100),
        Duration.ofSeconds(15),
        nanos);
  }
}
