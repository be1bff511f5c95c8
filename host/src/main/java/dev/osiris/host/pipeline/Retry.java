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
    /** It does not. */
    NONE,
    /** By the delay each time. */
    LINEAR,
    /** It doubles. */
    EXPONENTIAL
  }

  /**
   * The pause before the next attempt.
   *
   * @param attempts that have failed so far, at least one
   */
  public Duration pause(int attempts) {
    double factor =
        switch (backoff) {
          case NONE -> 1;
          case LINEAR -> attempts;
          case EXPONENTIAL -> Math.pow(2, attempts - 1.0);
        };
    double millis = Math.min(delay.toMillis() * factor, maxDelay.toMillis());
    return Duration.ofMillis((long) millis);
  }
}
