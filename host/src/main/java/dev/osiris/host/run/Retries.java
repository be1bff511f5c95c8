package dev.osiris.host.run;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.pipeline.Retry;
import dev.osiris.step.Written;
import dev.osiris.unit.ByteSize;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a step whose attempt has failed is tried again.
 *
 * <p>Two questions, asked in two places. The pipeline's {@code retry} is about failures that time
 * may mend, and counts attempts. {@code --retry-memory} is about memory, which time does not mend:
 * one more attempt, by itself, in a worker that has as much as was said.
 *
 * @param memory of the worker in which a step that ran out of memory is tried once more; {@code
 *     null} for no such attempt
 */
record Retries(@Nullable ByteSize memory) {

  private static final Set<FailureCode> OUT_OF_MEMORY =
      EnumSet.of(FailureCode.OOM_KILLED, FailureCode.HEAP_EXHAUSTED, FailureCode.OUT_OF_MEMORY);

  /**
   * An attempt that has failed.
   *
   * @param written targets that were committed before it did
   * @param workerEnded whether its worker ended while it ran; which of the steps that ran is to
   *     blame is not known then
   */
  record Missed(Failure failure, List<Written> written, boolean workerEnded) {}

  /**
   * What a step has behind it.
   *
   * @param attempts that were sent, the failed one included
   * @param hadMemory whether one of them was for the sake of memory
   */
  record Tried(int attempts, boolean hadMemory) {}

  /**
   * Another attempt.
   *
   * @param alone while nothing else runs
   * @param memory the least that its worker must have; {@code null} for what it has
   */
  record Again(Duration pause, boolean alone, @Nullable ByteSize memory) {}

  /**
   * Another attempt, if there is to be one. What has replaced or added to a target is not done
   * twice.
   */
  Optional<Again> after(Missed missed, Retry asked, Tried tried) {
    Failure failure = missed.failure();
    if (!missed.written().isEmpty()) {
      return Optional.empty();
    }
    if (OUT_OF_MEMORY.contains(failure.code())) {
      return memory == null || tried.hadMemory()
          ? Optional.empty()
          : Optional.of(new Again(Duration.ZERO, true, memory));
    }
    return failure.retryable() && tried.attempts() < asked.maxAttempts()
        ? Optional.of(new Again(asked.pause(tried.attempts()), missed.workerEnded(), null))
        : Optional.empty();
  }
}
