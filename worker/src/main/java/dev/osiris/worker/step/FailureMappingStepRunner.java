package dev.osiris.worker.step;

import dev.osiris.failure.DiskFull;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.step.Written;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.duckdb.DuckDbFailures;
import dev.osiris.worker.sandbox.TaskLimit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns every way out of a driver into a result. What an engine or a driver said stays in the
 * sandbox, as a rejects artifact.
 */
public final class FailureMappingStepRunner implements StepRunner {

  private static final Logger LOG = LoggerFactory.getLogger(FailureMappingStepRunner.class);

  /** Words of the JVM and of the system, which have no types for this. */
  private static final String NO_THREAD = "unable to create native thread";

  private static final String NO_PROCESS = "Resource temporarily unavailable";

  private final StepRunner next;

  public FailureMappingStepRunner(StepRunner next) {
    this.next = next;
  }

  @Override
  public StepResult run(StepAttempt attempt) {
    try {
      return next.run(attempt);
    } catch (PartlyWritten partly) {
      return ended(
          attempt, partly.getCause() == null ? partly : partly.getCause(), partly.written());
    } catch (Throwable thrown) {
      // An OutOfMemoryError or a driver's LinkageError ends the step, not the worker.
      return ended(attempt, thrown, List.of());
    }
  }

  private static StepResult ended(StepAttempt attempt, Throwable thrown, List<Written> written) {
    StepSpec spec = attempt.spec();
    StopSignal.Reason reason = attempt.stop().reason().orElse(null);
    if (reason instanceof StopSignal.Reason.Cancelled) {
      return new StepResult.Cancelled(spec.id(), spec.attempt(), Duration.ZERO);
    }
    // What a step says that was stopped is only that it was stopped.
    Failure failure =
        reason instanceof StopSignal.Reason.Failed failed
            ? failed.failure()
            : keepText(attempt, classify(thrown, attempt), thrown);
    return new StepResult.Failed(spec.id(), spec.attempt(), Duration.ZERO, failure, written);
  }

  private static Failure classify(Throwable thrown, StepAttempt attempt) {
    return switch (thrown) {
      case StepException known -> withBudget(inInputs(known.failure(), attempt), attempt);
      case SQLException sql -> withBudget(inInputs(classifySql(sql, attempt), attempt), attempt);
      case OutOfMemoryError refused when String.valueOf(refused.getMessage()).contains(NO_THREAD) ->
          tooManyTasks();
      case OutOfMemoryError exhausted ->
          Failure.of(FailureCode.HEAP_EXHAUSTED, "the worker's JVM heap is exhausted")
              .advise("give the sandbox more --memory");
      case AccessDeniedException denied ->
          Failure.of(FailureCode.FILE_UNREADABLE, "a file may not be accessed by the worker")
              .inFile(denied.getFile());
      case NoSuchFileException missing ->
          Failure.of(FailureCode.FILE_NOT_FOUND, "a file does not exist").inFile(missing.getFile());
      case IOException refused when String.valueOf(refused.getMessage()).contains(NO_PROCESS) ->
          tooManyTasks();
      case IOException io -> classifyIo(io, attempt);
      case UncheckedIOException wrapped when wrapped.getCause() instanceof IOException io ->
          classify(io, attempt);
      default -> defect(thrown, attempt);
    };
  }

  private static Failure classifySql(SQLException sql, StepAttempt attempt) {
    return DuckDbFailures.of(sql, attempt.share())
        .filter(StepException.class::isInstance)
        .map(known -> ((StepException) known).failure())
        .orElseGet(() -> defect(sql, attempt));
  }

  /** The engine does not always say which file it found damaged; it is one that the step reads. */
  private static Failure inInputs(Failure failure, StepAttempt attempt) {
    boolean damaged =
        failure.code() == FailureCode.DATA_CORRUPT || failure.code() == FailureCode.STORAGE_VERSION;
    if (!damaged || failure.where().file() != null || attempt.spec().inputs().isEmpty()) {
      return failure;
    }
    String files =
        attempt.spec().inputs().values().stream()
            .map(input -> SessionDirectory.dataPath(input.step()))
            .distinct()
            .collect(Collectors.joining(", "));
    return failure.inFile(files).advise("run the step that makes it again");
  }

  private static Failure defect(Throwable thrown, StepAttempt attempt) {
    return Failure.of(
            FailureCode.DRIVER_DEFECT,
            "the driver "
                + attempt.spec().component()
                + " ended with "
                + thrown.getClass().getSimpleName())
        .advise("its text and stack are in the rejects file; this is a defect of the driver");
  }

  private static Failure tooManyTasks() {
    OptionalLong limit = TaskLimit.ofThisContainer();
    return Failure.of(
            FailureCode.LIMIT_REACHED,
            "the step needs one more thread or process, and "
                + (limit.isPresent()
                    ? "its container may have " + limit.getAsLong() + " (its limit of pids)"
                    : "the system allows this user no more"))
        .advise(
            "let the driver start fewer threads or processes and end those it has started, or run"
                + " fewer steps at once with --parallel");
  }

  /** A full disk and what the session could have had of it are two things, and easily confused. */
  private static Failure withBudget(Failure failure, StepAttempt attempt) {
    return failure.code() == FailureCode.DISK_FULL
        ? DiskFull.failure(attempt.surroundings().disk().limit())
        : failure;
  }

  private static Failure classifyIo(IOException io, StepAttempt attempt) {
    if (DiskFull.isMeantBy(io)) {
      return withBudget(DiskFull.failure(), attempt);
    }
    return Failure.of(FailureCode.INTERNAL_ERROR, "a file could not be read or written")
        .advise("the operating system's text is in the rejects file");
  }

  private static Failure keepText(StepAttempt attempt, Failure failure, Throwable thrown) {
    boolean says = !(thrown instanceof StepException) || thrown.getCause() != null;
    if (!says || thrown instanceof StopSignal.Stopped) {
      return failure;
    }
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    try {
      return failure.withRejects(StepArtifacts.reject(attempt, text.toString()));
    } catch (IOException e) {
      LOG.warn(
          "the rejects file of step {} cannot be written: {}",
          attempt.spec().id(),
          e.getClass().getSimpleName());
      return failure;
    }
  }
}
