package dev.osiris.worker.session;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.wire.SpecDigest;
import dev.osiris.worker.step.StepAttempt;
import dev.osiris.worker.step.StopSignal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts of one session's steps: each is run once, however often it is asked for.
 * Thread-safe.
 */
public final class Attempts {

  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  // DuckDB plans nested queries by recursion, and an overflow in native code ends the process.
  private static final long STEP_STACK_BYTES = 8L << 20;

  private final Session.Setup setup;
  private final EventTexts texts;
  private final BiFunction<Event, String, CompletableFuture<JournalEntry>> log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  // Platform threads: DuckDB's native frames would pin the carrier of a virtual one.
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().name("step-", 1).stackSize(STEP_STACK_BYTES).factory());
  // Guarded by lock.
  private final Ledger ledger;
  private final Map<Ledger.Key, StopSignal> running = new HashMap<>();
  private boolean closing;

  /**
   * @param ledger what was run before, by an earlier worker
   * @param log keeps events, with the command that caused them; completes when that is durable
   */
  Attempts(
      Session.Setup setup,
      Ledger ledger,
      BiFunction<Event, String, CompletableFuture<JournalEntry>> log) {
    this.setup = setup;
    this.texts = new EventTexts(setup.surroundings()::outward);
    this.ledger = ledger;
    this.log = log;
  }

  /** Tells the end of attempts that an earlier worker died over: nobody may wait for them. */
  void endLost() {
    lock.lock();
    try {
      for (StepResult result : ledger.lost()) {
        Event ended = new Event.StepEnded(result);
        ledger.apply(ended);
        var _ = log.apply(ended, "");
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many run now. */
  public int running() {
    lock.lock();
    try {
      return running.size();
    } finally {
      lock.unlock();
    }
  }

  /** What the session's steps have published and nobody has released. */
  public Map<StepId, StepOutputs> outputs() {
    lock.lock();
    try {
      return ledger.outputs();
    } finally {
      lock.unlock();
    }
  }

  /** Runs an attempt, unless it ran before or cannot run. Returns at once. */
  public RunAnswer run(StepSpec spec, String commandId) {
    String digest = SpecDigest.of(spec);
    ConnectionSpec connection = spec.connection();
    if (connection != null) {
      // Before anything can be said of the step.
      setup.surroundings().redaction().learn(connection);
    }
    StepAttempt attempt;
    lock.lock();
    try {
      Ledger.Entry known = ledger.attempt(spec.id(), spec.attempt()).orElse(null);
      if (known != null) {
        return answerKnown(spec, digest, known);
      }
      attempt = prepare(spec, commandId);
      // Taken into account before it is durable: a second command must not slip in between.
      Event accepted = new Event.StepAccepted(spec.id(), spec.attempt(), digest);
      ledger.apply(accepted);
      running.put(new Ledger.Key(spec.id(), spec.attempt()), attempt.stop());
      var _ = log.apply(accepted, commandId);
    } catch (StepException refused) {
      return new RunAnswer.Rejected(texts.in(refused.failure()));
    } finally {
      lock.unlock();
    }
    threads.execute(() -> carryOut(attempt, commandId));
    return new RunAnswer.Accepted();
  }

  /** Asks an attempt to stop; its end says so. A failure tells why there is nothing to stop. */
  public @Nullable Failure cancel(StepId step, String attempt) {
    StopSignal stop;
    lock.lock();
    try {
      stop = running.get(new Ledger.Key(step, attempt));
      if (stop == null && ledger.attempt(step, attempt).isPresent()) {
        return null;
      }
    } finally {
      lock.unlock();
    }
    if (stop == null) {
      return Failure.of(
          FailureCode.COMMAND_ILLEGAL, "step '" + step + "' has no attempt '" + attempt + "'");
    }
    stop.stop(new StopSignal.Reason.Cancelled());
    return null;
  }

  /** How an attempt ended, when it has. */
  public @Nullable StepResult result(StepId step, String attempt) {
    lock.lock();
    try {
      return ledger.attempt(step, attempt).map(Ledger.Entry::result).orElse(null);
    } finally {
      lock.unlock();
    }
  }

  /** Takes into account what has happened to the session beside its attempts. */
  void apply(Event event) {
    lock.lock();
    try {
      ledger.apply(event);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more, and stops those that run; returns when they have ended, or after the drain time
   * if they do not.
   *
   * @param finish whether they may first go on for the drain time
   */
  void end(boolean finish, StopSignal.Reason why) {
    List<StopSignal> stops;
    lock.lock();
    try {
      closing = true;
      if (finish) {
        awaitIdle(setup.drain());
      }
      stops = List.copyOf(running.values());
    } finally {
      lock.unlock();
    }
    stops.forEach(stop -> stop.stop(why));
    lock.lock();
    try {
      awaitIdle(setup.drain());
    } finally {
      lock.unlock();
    }
    threads.shutdown();
  }

  private void awaitIdle(Duration limit) {
    long left = limit.toNanos();
    try {
      while (!running.isEmpty() && left > 0) {
        left = idle.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static RunAnswer answerKnown(StepSpec spec, String digest, Ledger.Entry known) {
    if (!known.digest().equals(digest)) {
      return new RunAnswer.Rejected(
          Failure.of(
                  FailureCode.COMMAND_ILLEGAL,
                  "attempt '"
                      + spec.attempt()
                      + "' of step '"
                      + spec.id()
                      + "' was accepted with another content")
              .advise("use a new attempt"));
    }
    StepResult result = known.result();
    return result == null ? new RunAnswer.Accepted() : new RunAnswer.Ended(result);
  }

  private StepAttempt prepare(StepSpec spec, String commandId) {
    if (closing) {
      throw StepException.of(FailureCode.COMMAND_ILLEGAL, "the session is closing");
    }
    String key = spec.id().caseKey();
    if (running.keySet().stream().anyMatch(other -> other.step().caseKey().equals(key))) {
      throw StepException.of(
          FailureCode.COMMAND_ILLEGAL, "another attempt of step '" + spec.id() + "' is running");
    }
    return new StepPreparation(setup.components(), setup.surroundings())
        .prepare(
            spec,
            ledger::outputs,
            event -> keepOfStep(texts.in(event), commandId),
            stop -> commits(spec, stop, commandId));
  }

  private void keepOfStep(Event event, String commandId) {
    if (event instanceof Event.OutputPublished || event instanceof Event.TargetCommitted) {
      apply(event);
    }
    var _ = log.apply(event, commandId);
  }

  private void carryOut(StepAttempt attempt, String commandId) {
    StepResult result;
    try {
      result = setup.runner().run(attempt);
    } catch (Exception e) {
      // The outermost runner maps everything; what arrives here is a defect of the wiring.
      LOG.error("step {} escaped its runner", attempt.spec().id(), e);
      result =
          new StepResult.Failed(
              attempt.spec().id(),
              attempt.spec().attempt(),
              Duration.ZERO,
              Failure.of(FailureCode.INTERNAL_ERROR, "the worker failed to run the step"),
              List.of());
    }
    Event ended = texts.in(new Event.StepEnded(result));
    lock.lock();
    try {
      ledger.apply(ended);
      running.remove(new Ledger.Key(attempt.spec().id(), attempt.spec().attempt()));
      var _ = log.apply(ended, commandId);
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private SessionCommits commits(StepSpec spec, StopSignal stop, String commandId) {
    return new SessionCommits(
        setup,
        spec,
        () -> unsettled(spec.id()),
        event -> {
          Event told = texts.in(event);
          apply(told);
          return log.apply(told, commandId);
        },
        stop);
  }

  private List<PendingCommit> unsettled(StepId step) {
    lock.lock();
    try {
      return ledger.unsettled(step);
    } finally {
      lock.unlock();
    }
  }
}
