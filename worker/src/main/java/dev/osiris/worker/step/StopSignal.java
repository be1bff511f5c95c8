package dev.osiris.worker.step;

import dev.osiris.failure.Failure;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Says to one attempt that it must stop, and why. Thread-safe; the first reason stays.
 *
 * <p>An interrupt of DuckDB reaches only a statement that runs at that instant, so whoever stops an
 * attempt calls {@link #insist} until it has ended.
 */
public final class StopSignal {

  /** Why an attempt stops. */
  public sealed interface Reason {
    /** Somebody asked for it. */
    record Cancelled() implements Reason {}

    /** It failed from outside: its time is over, or the worker ran out of memory. */
    record Failed(Failure failure) implements Reason {}
  }

  /** Thrown at a driver that goes on after the signal. */
  public static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("the step was asked to stop");
    }
  }

  private final AtomicReference<@Nullable Reason> reason = new AtomicReference<>();
  private volatile @Nullable Runnable interrupt;

  public void stop(Reason why) {
    reason.compareAndSet(null, why);
    insist();
  }

  /** Interrupts once more what still runs, if the attempt was told to stop. */
  public void insist() {
    Runnable action = interrupt;
    if (action != null && stopped()) {
      action.run();
    }
  }

  /** What ends the work that runs now; replaced when the attempt goes on to other work. */
  public void onStop(Runnable action) {
    interrupt = action;
    insist();
  }

  public boolean stopped() {
    return reason.get() != null;
  }

  public Optional<Reason> reason() {
    return Optional.ofNullable(reason.get());
  }

  /** Throws when the attempt must stop. */
  public void check() {
    if (stopped()) {
      throw new Stopped();
    }
  }
}
