package dev.osiris.host.session;

import java.time.Duration;

/**
 * When things of a session are due, in nanoseconds of its clock. Used by the session's loop alone.
 */
final class Rhythm {
  static final long NEVER = Long.MAX_VALUE;

  private static final Duration MAX_BACK_OFF = Duration.ofSeconds(2);
  // What a dead worker had sent is still in the socket and arrives within this time.
  private static final Duration LAST_MESSAGES = Duration.ofSeconds(2);

  private final SessionSettings settings;

  private Duration backOff;
  private long heardAt;
  private long pingDue = NEVER;
  private long attachDue = NEVER;
  private long giveUpDue = NEVER;
  private long exitDue = NEVER;
  private long closeDue = NEVER;

  Rhythm(SessionSettings settings) {
    this.settings = settings;
    this.backOff = settings.backOff();
  }

  void heard(long now) {
    heardAt = now;
  }

  /** The conversation goes on: what was broken is healed. */
  void attached(long now) {
    attachDue = NEVER;
    giveUpDue = NEVER;
    backOff = settings.backOff();
    pinged(now);
  }

  void pinged(long now) {
    pingDue = now + settings.pingEvery().toNanos();
  }

  /** The stream is gone: the next try after a pause, the last one some time after the first. */
  void broken(long now) {
    pingDue = NEVER;
    if (giveUpDue == NEVER) {
      giveUpDue = now + settings.attachFor().toNanos();
    }
    attachDue = now + backOff.toNanos();
    Duration doubled = backOff.multipliedBy(2);
    backOff = doubled.compareTo(MAX_BACK_OFF) > 0 ? MAX_BACK_OFF : doubled;
  }

  /** A try is under way. */
  void attaching() {
    attachDue = NEVER;
  }

  /** The worker has ended; a stream that is there may still bring what it had said. */
  void workerEnded(long now, boolean streamIsThere) {
    exitDue = streamIsThere ? now + LAST_MESSAGES.toNanos() : now;
  }

  void closing(long now) {
    closeDue = now + settings.closeFor().toNanos();
  }

  boolean exitIsDue(long now) {
    return now >= exitDue;
  }

  boolean closeIsDue(long now) {
    return now >= closeDue;
  }

  boolean pingIsDue(long now) {
    return now >= pingDue;
  }

  boolean giveUpIsDue(long now) {
    return now >= giveUpDue;
  }

  boolean attachIsDue(long now) {
    return now >= attachDue;
  }

  boolean silenceIsDue(long now) {
    return now >= silenceDue();
  }

  /**
   * Nanoseconds until something is due, at most an hour.
   *
   * @param listening whether silence means anything now
   */
  long untilNext(long now, boolean listening) {
    long due = Math.min(Math.min(exitDue, closeDue), Math.min(pingDue, giveUpDue));
    due = Math.min(due, attachDue);
    if (listening) {
      due = Math.min(due, silenceDue());
    }
    return due == NEVER ? Duration.ofHours(1).toNanos() : Math.max(0, due - now);
  }

  private long silenceDue() {
    return heardAt + settings.readIdle().toNanos();
  }
}
