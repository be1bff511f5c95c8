package dev.osiris.failure;

import org.jspecify.annotations.Nullable;

/** A {@link Failure} on its way through one JVM. Drivers throw it for everything they can name. */
public final class StepException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public StepException(Failure failure) {
    this(failure, null);
  }

  /**
   * Keeps the cause for the sandbox's own log; it never leaves the sandbox, since it may quote
   * values.
   */
  public StepException(Failure failure, @Nullable Throwable cause) {
    super(failure.message(), cause);
    this.failure = failure;
  }

  public static StepException of(FailureCode code, String message) {
    return new StepException(Failure.of(code, message));
  }

  public static StepException of(FailureCode code, String message, String advice) {
    return new StepException(Failure.of(code, message).advise(advice));
  }

  public Failure failure() {
    return failure;
  }
}
