package dev.osiris.worker.step;

import dev.osiris.step.StepId;
import org.jspecify.annotations.Nullable;

/**
 * Which step a thread works for, so that what it prints can be told apart. Threads that a driver
 * starts inherit it.
 */
public final class CurrentStep {

  private static final InheritableThreadLocal<@Nullable StepId> STEP =
      new InheritableThreadLocal<>();

  private CurrentStep() {}

  static void set(StepId step) {
    STEP.set(step);
  }

  static void clear() {
    STEP.remove();
  }

  /** The step, or {@code null} for threads of the worker itself. */
  public static @Nullable StepId get() {
    return STEP.get();
  }
}
