package dev.osiris.worker.database;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.PendingCommit;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Finds out what became of a commit whose answer nobody has heard. */
public final class CommitQuestion {

  /** What became of a transaction. */
  public enum Outcome {
    COMMITTED,
    ABORTED,
    RUNNING,
    /** The server does not know, or does not say. */
    UNKNOWN
  }

  /** Asks the server in a session of its own, once. */
  public interface Asked {
    /**
     * What became of that transaction.
     *
     * @param identity as it was kept before the commit
     */
    Outcome ask(String identity) throws SQLException;
  }

  /** A server that was killed is back, and has let go of a broken session, within it. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Asked server;
  private final String advice;

  /**
   * @param advice what the server needs to be asked: {@code the user may call …}
   */
  public CommitQuestion(Asked server, String advice) {
    this.server = server;
    this.advice = advice;
  }

  /**
   * Asks in new sessions until the server knows, for a bounded time. An interrupt does not end it:
   * whoever stops a step wants to know, too, whether it has written.
   *
   * @return whether the transaction was committed; else it was rolled back
   * @throws StepException {@code OUTCOME_UNKNOWN} when it cannot be found out
   */
  public boolean committed(PendingCommit commit) {
    Outcome[] found = {Outcome.UNKNOWN};
    Thread asking =
        Thread.ofPlatform()
            .daemon()
            .name("osiris-commit")
            .start(() -> found[0] = outcome(commit.transaction()));
    boolean interrupted = false;
    while (true) {
      try {
        asking.join();
        break;
      } catch (InterruptedException stopping) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return switch (found[0]) {
      case COMMITTED -> true;
      case ABORTED -> false;
      case RUNNING, UNKNOWN -> throw unknown(commit);
    };
  }

  private Outcome outcome(String identity) {
    long due = System.nanoTime() + PATIENCE.toNanos();
    Outcome outcome = Outcome.RUNNING;
    try {
      while (System.nanoTime() < due) {
        try {
          outcome = server.ask(identity);
          if (outcome != Outcome.RUNNING) {
            return outcome;
          }
        } catch (SQLException | StepException unreachable) {
          // It is asked again.
          outcome = Outcome.UNKNOWN;
        }
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return outcome;
  }

  private StepException unknown(PendingCommit commit) {
    return new StepException(
        Failure.of(
                FailureCode.OUTCOME_UNKNOWN,
                "the answer to the commit of "
                    + commit.rows()
                    + " rows to "
                    + commit.target()
                    + " was lost, and the server does not say whether it happened")
            .advise(
                "look whether the rows are there before you run the step again; the server can be"
                    + " asked where "
                    + advice));
  }
}
