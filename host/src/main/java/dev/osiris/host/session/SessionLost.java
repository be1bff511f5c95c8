package dev.osiris.host.session;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.sandbox.SandboxExit;

/**
 * The session can no longer be followed. What its running steps did is told by the {@link Reason},
 * and is never success.
 */
public final class SessionLost extends Exception {
  private static final long serialVersionUID = 1L;

  /** What became of the worker, as far as the host knows. */
  public enum Reason {
    /** The worker has ended: its steps have ended with it. */
    WORKER_ENDED,
    /** Another host leads the session now; its steps may be running. */
    SUPERSEDED,
    /** The worker does not answer and is not known to have ended; its steps may be running. */
    UNREACHABLE,
    /** The worker refused the session or the conversation. */
    REFUSED,
    /** The worker closed the session by itself, its lease over or its process draining. */
    CLOSED,
    /** This host closed the session. */
    LEFT
  }

  private final Reason reason;
  private final transient Failure failure;

  private SessionLost(Reason reason, Failure failure) {
    super(failure.message());
    this.reason = reason;
    this.failure = failure;
  }

  static SessionLost workerEnded(SandboxExit exit) {
    return new SessionLost(Reason.WORKER_ENDED, exit.failure());
  }

  static SessionLost superseded() {
    return lost(
        Reason.SUPERSEDED,
        "another host has taken over the session",
        "Its steps go on under the other host; this one has let go.");
  }

  static SessionLost unreachable(String why) {
    return lost(
        Reason.UNREACHABLE,
        "the worker does not answer any more: " + why,
        "Its steps may still run; look at the session directory before running them again.");
  }

  static SessionLost refused(String why) {
    return lost(Reason.REFUSED, "the worker refused: " + why, "");
  }

  /** The worker is there and does not open the session. */
  static SessionLost notOpened(String why, String advice) {
    return new SessionLost(
        Reason.REFUSED, Failure.of(FailureCode.SANDBOX_UNAVAILABLE, why).advise(advice));
  }

  /** The worker has closed the session by itself, or is about to. */
  public static SessionLost closed(String why) {
    return lost(Reason.CLOSED, "the worker closed the session: " + why, "");
  }

  static SessionLost left() {
    return lost(Reason.LEFT, "this host left the session", "");
  }

  private static SessionLost lost(Reason reason, String message, String advice) {
    return new SessionLost(reason, Failure.of(FailureCode.WORKER_LOST, message).advise(advice));
  }

  public Reason reason() {
    return reason;
  }

  public Failure failure() {
    return failure;
  }

  /** Whether steps that ran may still be running, so that their end is unknown. */
  public boolean leavesStepsUnknown() {
    return switch (reason) {
      case SUPERSEDED, UNREACHABLE -> true;
      case WORKER_ENDED, REFUSED, CLOSED, LEFT -> false;
    };
  }

  /** Whether the worker and its steps have ended for sure, so that another one may go on. */
  public boolean endedTheWorker() {
    return reason == Reason.WORKER_ENDED || reason == Reason.CLOSED;
  }
}
