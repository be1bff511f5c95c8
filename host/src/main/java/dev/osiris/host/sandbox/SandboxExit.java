package dev.osiris.host.sandbox;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.unit.ByteSize;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a worker ended.
 *
 * @param code exit code, 128 + n for signal n; {@code null} when nothing tells
 * @param oomKilled whether the kernel is known to have ended it at its memory limit; never where
 *     the worker outlived that, and it was a process that a driver had started
 * @param limit the sandbox's memory
 * @param peak most memory that was counted, page cache included; {@code null} when nobody counted
 */
public record SandboxExit(
    @Nullable Integer code, boolean oomKilled, ByteSize limit, @Nullable ByteSize peak) {

  /** Of a JVM that runs with {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int JVM_OUT_OF_MEMORY = 3;

  private static final int KILLED = 137;

  /** Holds what the kernel counts against how the worker itself ended. */
  public SandboxExit {
    oomKilled = oomKilled && (code == null || code == KILLED);
  }

  /** What this end means for the steps that were running. */
  public Failure failure() {
    if (oomKilled) {
      return Failure.of(
              FailureCode.OOM_KILLED,
              "the kernel ended the worker because it reached the sandbox's memory limit of "
                  + limit
                  + " ("
                  + split()
                  + "; peak "
                  // A kill at the limit means that all of it was held, and not by page cache.
                  + (peak == null ? limit : peak)
                  + ")")
          .advise(moreMemory());
    }
    if (code != null && code == JVM_OUT_OF_MEMORY) {
      return Failure.of(
              FailureCode.HEAP_EXHAUSTED,
              "the worker's JVM heap was exhausted: all of it was held, and the sandbox's memory of "
                  + limit
                  + " is split into "
                  + split())
          .advise(
              "A driver holds too much at once: let it hold less, or give it more memory, such as"
                  + " --memory "
                  + scaled(2)
                  + ", an eighth of which is heap.");
    }
    if (code != null && code == KILLED) {
      boolean canShrink = limit.bytes() / 2 >= MemoryBudget.MINIMUM.bytes();
      return Failure.of(FailureCode.WORKER_LOST, "the worker was killed from outside (signal 9)")
          .advise(
              "When nobody killed it, the machine ran out of memory: see the kernel's log"
                  + (canShrink ? ", or run it with less, such as --memory " + scaled(0.5) : "")
                  + ".");
    }
    String how = code == null ? "" : " with exit code " + code;
    return Failure.of(FailureCode.WORKER_LOST, "the worker ended unexpectedly" + how)
        .advise("What it printed is in logs/worker.log of the session directory.");
  }

  /** How the worker splits such a limit; the number of processors changes only the threads. */
  private String split() {
    ByteSize whole = limit.compareTo(MemoryBudget.MINIMUM) < 0 ? MemoryBudget.MINIMUM : limit;
    return MemoryBudget.of(whole, 1).split();
  }

  private String moreMemory() {
    return "Give it more memory, such as --memory "
        + scaled(2)
        + ", or --retry-memory 2x to try once more with that; if several steps ran at once,"
        + " --parallel 1 may do.";
  }

  private String scaled(double factor) {
    return String.format(Locale.ROOT, "%dm", (long) (limit.mebibytes() * factor));
  }
}
