package dev.osiris.worker.session;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.Secret;
import dev.osiris.wire.SpecDigest;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.disk.Uploads;
import dev.osiris.worker.step.StepAttempt;
import dev.osiris.worker.step.StepRunner;
import dev.osiris.worker.step.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open session: takes commands about steps, runs each attempt once, keeps what happened.
 * Thread-safe.
 *
 * <p>It knows no stream: hosts come and go, and read the {@link #journal}.
 */
public final class Session {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  // DuckDB plans nested queries by recursion, and an overflow in native code ends the process.
  private static final long STEP_STACK_BYTES = 8L << 20;

  /** What became of a RunStep. */
  public sealed interface RunAnswer {
    /** It runs, or ran before; its events tell the rest. */
    record Accepted() implements RunAnswer {}

    /** It ran before and has ended like this. */
    record Ended(StepResult result) implements RunAnswer {}

    /** It cannot run; nothing has changed. */
    record Rejected(Failure failure) implements RunAnswer {}
  }

  /** What does not change while the session is open. */
  public record Setup(
      SessionDirectory directory,
      Secret token,
      Lease lease,
      Duration drain,
      ComponentCatalog components,
      StepRunner runner,
      StepAttempt.Surroundings surroundings,
      Uploads uploads) {}

  private final Setup setup;
  private final HostNames names;
  private final Journal journal;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final MetricsLog metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  // Platform threads: DuckDB's native frames would pin the carrier of a virtual one.
  private final ExecutorService stepThreads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().name("step-", 1).stackSize(STEP_STACK_BYTES).factory());
  // Guarded by lock.
  private final Ledger ledger;
  private final Map<Ledger.Key, StopSignal> running = new HashMap<>();
  private long epoch;
  private boolean closing;
  private long openedSequence;

  Session(Setup setup, Journal journal, MetricsLog metrics, Ledger ledger) {
    this.setup = setup;
    this.names = new HostNames(setup.surroundings().paths());
    this.journal = journal;
    this.metrics = metrics;
    this.ledger = ledger;
  }

  public SessionId id() {
    return setup.directory().id();
  }

  public SessionDirectory directory() {
    return setup.directory();
  }

  /** What may be fetched from and put into this session. */
  public SessionFiles files() {
    return new SessionFiles(setup.directory(), setup.surroundings().paths(), setup.uploads());
  }

  public Secret token() {
    return setup.token();
  }

  public Lease lease() {
    return setup.lease();
  }

  public Journal journal() {
    return journal;
  }

  /**
   * The sequence number of this opening's first event; earlier ones belong to earlier openings of
   * the same directory.
   */
  public long openedSequence() {
    lock.lock();
    try {
      return openedSequence;
    } finally {
      lock.unlock();
    }
  }

  void opened(long sequence) {
    lock.lock();
    try {
      openedSequence = sequence;
    } finally {
      lock.unlock();
    }
  }

  /** Tells the end of attempts that an earlier worker died over: nobody may wait for them. */
  void endLost() {
    lock.lock();
    try {
      for (StepResult result : ledger.lost()) {
        Event ended = new Event.StepEnded(result);
        ledger.apply(ended);
        keep(ended, "");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Completes when the session has ended and the worker may take the next one. */
  public CompletableFuture<Void> over() {
    return over.copy();
  }

  void markOver() {
    over.complete(null);
  }

  /** The number of a new attachment; older ones are no longer obeyed. */
  public long nextEpoch() {
    lock.lock();
    try {
      return ++epoch;
    } finally {
      lock.unlock();
    }
  }

  public boolean leads(long attachmentEpoch) {
    lock.lock();
    try {
      return epoch == attachmentEpoch;
    } finally {
      lock.unlock();
    }
  }

  public int runningSteps() {
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
  public RunAnswer runStep(StepSpec spec, String commandId) {
    String digest = SpecDigest.of(spec);
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
      keep(accepted, commandId);
    } catch (StepException refused) {
      return new RunAnswer.Rejected(refused.failure());
    } finally {
      lock.unlock();
    }
    stepThreads.execute(() -> run(attempt, commandId));
    return new RunAnswer.Accepted();
  }

  /** Asks an attempt to stop; its end says so. A failure tells why there is nothing to stop. */
  public @Nullable Failure cancelStep(StepId step, String attempt) {
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

  /** Deletes published outputs. */
  public void release(List<StepId> steps, String commandId) throws IOException {
    for (StepId step : steps) {
      Files.deleteIfExists(setup.directory().root().resolve(SessionDirectory.dataPath(step)));
      setup.surroundings().disk().release(step);
    }
    Event released = new Event.OutputsReleased(steps);
    lock.lock();
    try {
      ledger.apply(released);
    } finally {
      lock.unlock();
    }
    keep(released, commandId);
  }

  /** Keeps an event of this session; metrics also go to their own log. */
  public void keep(Event event, String commandId) {
    var _ = keepDurably(event, commandId);
  }

  /** The same; completes when the event may be read by hosts. */
  CompletableFuture<JournalEntry> keepDurably(Event event, String commandId) {
    if (event instanceof Event.MetricReported metric) {
      metrics.write(metric);
    }
    return journal.append(event, commandId);
  }

  private static Failure leftBehind(String reason) {
    return Failure.of(
            FailureCode.WORKER_LOST, "the worker closed the session while the step ran: " + reason)
        .advise(
            "Somebody told the worker to end, or it heard nothing from the host for as long as its"
                + " lease lasts; run it again, or let the step have another attempt with retry.");
  }

  /**
   * Lets steps finish for the drain time, stops the rest, and writes the last event.
   *
   * @param commandId of the host's command; empty where the worker closes by itself, and then the
   *     steps that it stops have failed, since nobody has asked for their end
   */
  void close(String reason, String commandId) {
    boolean drain = reason.equals("drained");
    List<StopSignal> stops;
    lock.lock();
    try {
      closing = true;
      if (drain) {
        awaitIdle(setup.drain());
      }
      stops = List.copyOf(running.values());
    } finally {
      lock.unlock();
    }
    StopSignal.Reason why =
        commandId.isEmpty()
            ? new StopSignal.Reason.Failed(leftBehind(reason))
            : new StopSignal.Reason.Cancelled();
    stops.forEach(stop -> stop.stop(why));
    lock.lock();
    try {
      awaitIdle(setup.drain());
    } finally {
      lock.unlock();
    }
    try {
      keepDurably(new Event.SessionClosed(id(), reason), commandId).join();
    } catch (CompletionException unwritten) {
      // Attached hosts hear that the journal is broken; the session ends all the same.
      LOG.warn("the session's end is not in its journal", unwritten);
    }
    stepThreads.shutdown();
    closeApart("uploads", setup.uploads()::close);
    closeApart("temporary files", setup.directory()::removeTemporary);
    closeApart("metrics", metrics::close);
    closeApart("journal", journal::close);
  }

  private interface Closing {
    void run() throws IOException;
  }

  /** What cannot be closed keeps nothing else open. */
  private static void closeApart(String what, Closing closing) {
    try {
      closing.run();
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("the session's {} could not be closed: {}", what, e.toString());
    }
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
        .prepare(spec, ledger::outputs, event -> keepOfStep(names.in(event), commandId));
  }

  private void keepOfStep(Event event, String commandId) {
    if (event instanceof Event.OutputPublished) {
      lock.lock();
      try {
        ledger.apply(event);
      } finally {
        lock.unlock();
      }
    }
    keep(event, commandId);
  }

  private void run(StepAttempt attempt, String commandId) {
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
    Event ended = new Event.StepEnded(names.in(result));
    lock.lock();
    try {
      ledger.apply(ended);
      running.remove(new Ledger.Key(attempt.spec().id(), attempt.spec().attempt()));
      keep(ended, commandId);
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
