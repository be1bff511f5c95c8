package dev.osiris.host.sandbox;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import org.jspecify.annotations.Nullable;

/** No sandbox could be had; the failure says why and what to do. */
public final class SandboxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  private SandboxException(Failure failure, @Nullable Throwable cause) {
    super(failure.message(), cause);
    this.failure = failure;
  }

  /** The worker's program is not where it should be, or cannot be started here. */
  public static SandboxException cannotStart(
      String message, String advice, @Nullable Throwable cause) {
    return new SandboxException(
        Failure.of(FailureCode.SANDBOX_UNAVAILABLE, message).advise(advice), cause);
  }

  /** The sandbox was asked to be something that it cannot be. */
  public static SandboxException unsuitable(String message, String advice) {
    return new SandboxException(
        Failure.of(FailureCode.CONFIG_INVALID, message).advise(advice), null);
  }

  /** The worker ended before it said where it listens. */
  public static SandboxException diedEarly(SandboxExit exit, String lastWords) {
    Integer code = exit.code();
    String how =
        code == null ? "" : code > 128 ? " by signal " + (code - 128) : " with exit code " + code;
    Failure failure =
        exit.oomKilled()
            ? exit.failure()
            : Failure.of(
                    FailureCode.SANDBOX_UNAVAILABLE,
                    "the worker ended" + how + " before it was ready" + quoted(lastWords))
                .advise(
                    "What it printed is in logs/worker.log of the session directory; 'osiris doctor'"
                        + " looks at what a worker needs.");
    return new SandboxException(failure, null);
  }

  /** The worker runs and does not say where it listens. */
  public static SandboxException tooSlow(String waited, String lastWords) {
    return new SandboxException(
        Failure.of(
            FailureCode.SANDBOX_UNAVAILABLE,
            "the worker was not ready within " + waited + quoted(lastWords)),
        null);
  }

  /** The worker said something else than where it was told to listen. */
  public static SandboxException badHandshake(String problem) {
    return new SandboxException(
        Failure.of(
                FailureCode.SANDBOX_UNAVAILABLE,
                "the worker's first line is not usable: " + problem)
            .advise("Host and worker must be of the same release."),
        null);
  }

  /** The worker is there, and no session could be opened in it. */
  public static SandboxException noSession(Failure failure) {
    return new SandboxException(failure, null);
  }

  /** All that can be started at a time are being started. */
  public static SandboxException noneFree(String waited) {
    return new SandboxException(
        Failure.of(
                FailureCode.SANDBOX_UNAVAILABLE, "no worker of the pool was ready within " + waited)
            .advise("Take fewer at a time, or let the pool wait longer."),
        null);
  }

  public Failure failure() {
    return failure;
  }

  private static String quoted(String lastWords) {
    return lastWords.isBlank() ? "; it printed nothing" : "; its last words:\n" + lastWords;
  }
}
