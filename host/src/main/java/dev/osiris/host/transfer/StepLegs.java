package dev.osiris.host.transfer;

import dev.osiris.failure.DiskFull;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.host.session.SessionCommands;
import dev.osiris.host.session.SessionLost;
import dev.osiris.host.session.TransferFailed;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.step.Written;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a step in its three legs: uploading, running, fetching. {@link #run} goes through
 * them on a thread of its own; the other methods are called from any.
 */
final class StepLegs implements Runnable {
  private final StepSpec step;
  private final SessionCommands session;
  private final StepTransfer transfer;
  private final CompletableFuture<StepResult> result = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock. A thread to interrupt is there only while it transfers.
  private boolean cancelled;
  private boolean running;
  private @Nullable Thread transferring;

  StepLegs(StepSpec step, SessionCommands session, StepTransfer transfer) {
    this.step = step;
    this.session = session;
    this.transfer = transfer;
  }

  /** How the attempt ended, its transfers included; or that this will never be known here. */
  CompletableFuture<StepResult> result() {
    return result;
  }

  /** Stops what is under way. */
  void cancel() {
    lock.lock();
    try {
      cancelled = true;
      interruptTransfer();
      if (running) {
        session.cancelStep(step.id(), step.attempt());
      }
    } finally {
      lock.unlock();
    }
  }

  /** The session is over. */
  void lose(SessionLost lost) {
    result.completeExceptionally(lost);
    lock.lock();
    try {
      interruptTransfer();
    } finally {
      lock.unlock();
    }
  }

  private void interruptTransfer() {
    if (transferring != null) {
      transferring.interrupt();
    }
  }

  @Override
  public void run() {
    List<Written> fetched = new ArrayList<>();
    Duration elapsed = Duration.ZERO;
    try {
      transferring(() -> transfer.before(step));
      StepResult ran = submit().get();
      elapsed = ran.elapsed();
      result.complete(fetch(ran, fetched));
    } catch (ExecutionException e) {
      result.completeExceptionally(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      result.complete(new StepResult.Cancelled(step.id(), step.attempt(), elapsed));
    } catch (TransferFailed | IOException | RuntimeException e) {
      result.complete(
          new StepResult.Failed(step.id(), step.attempt(), elapsed, failure(e), fetched));
    }
  }

  /** A step that failed by itself stays so, whatever becomes of its files. */
  private StepResult fetch(StepResult ran, List<Written> fetched)
      throws IOException, TransferFailed, InterruptedException {
    try {
      transferring(() -> transfer.after(step, ran, fetched));
    } catch (StepException | TransferFailed | IOException e) {
      if (ran instanceof StepResult.Succeeded) {
        throw e;
      }
      System.getLogger(StepLegs.class.getName())
          .log(System.Logger.Level.WARNING, "step {0}: {1}", step.id(), failure(e).message());
      if (ran instanceof StepResult.Failed failed) {
        // What did not get here was not written, whatever the worker has committed on its side.
        return new StepResult.Failed(
            failed.step(), failed.attempt(), failed.elapsed(), failed.failure(), fetched);
      }
    }
    return ran;
  }

  private interface Leg {
    void go() throws IOException, TransferFailed, InterruptedException;
  }

  private void transferring(Leg leg) throws IOException, TransferFailed, InterruptedException {
    lock.lock();
    try {
      if (cancelled && !running || result.isDone()) {
        throw new InterruptedException("the step is to stop");
      }
      running = false;
      transferring = Thread.currentThread();
    } finally {
      lock.unlock();
    }
    try {
      leg.go();
    } finally {
      lock.lock();
      try {
        transferring = null;
      } finally {
        lock.unlock();
      }
    }
  }

  /** Under the lock, which only puts the command into a queue: a cancellation comes after it. */
  private CompletableFuture<StepResult> submit() throws InterruptedException {
    lock.lock();
    try {
      if (cancelled) {
        throw new InterruptedException("the step is to stop");
      }
      running = true;
      return session.runStep(step);
    } finally {
      lock.unlock();
    }
  }

  private static Failure failure(Exception e) {
    return switch (e) {
      case StepException refused -> refused.failure();
      case TransferFailed failed -> failed.failure();
      case IOException full when DiskFull.isMeantBy(full) -> DiskFull.failure();
      case IOException io ->
          Failure.of(
                  FailureCode.FILE_UNWRITABLE,
                  "a file of the step cannot be read or written on this machine: "
                      + io.getClass().getSimpleName()
                      + " "
                      + io.getMessage())
              .advise("check the folders and their permissions");
      default ->
          Failure.of(
              FailureCode.INTERNAL_ERROR,
              "the step's files could not be transferred: " + e.getClass().getSimpleName());
    };
  }
}
