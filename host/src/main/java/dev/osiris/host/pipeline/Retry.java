package dev.osiris.host.pipeline;

import java.time.Duration;

/**
 * How often a failed step is tried again, when its failure is one that trying again may mend.
 *
 * @param maxAttempts first one included
 * @param delay before the second attempt
 * @param maxDelay the longest pause
 */
public record Retry(int maxAttempts, Duration delay, Duration maxDelay, Backoff backoff) {

  /** One attempt, no more. */
  public static final Retry NONE =
      new Retry(1, Duration.ofSeconds(1), Duration.ofSeconds(30), Backoff.EXPONENTIAL);

  /** How the pause grows from attempt to attempt. */
  public enum Backoff {
    NONE,
    LINEAR,
    EXPONENTIAL
  }
}
