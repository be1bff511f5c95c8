package dev.osiris.worker.session;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.unit.Secret;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.disk.Uploads;
import dev.osiris.worker.step.StepAttempt;
import dev.osiris.worker.step.StepRunner;
import dev.osiris.worker.step.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open session: its files, its {@link Attempts}, and what happened in it. Thread-safe.
 *
 * <p>It knows no stream: hosts come and go, and read the {@link #journal}.
 */
public final class Session {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /**
   * What does not change while the session is open.
   *
   * @param acknowledgeCommits whether a commit waits until the host has kept that it begins
   */
  public record Setup(
      SessionDirectory directory,
      Secret token,
      Lease lease,
      Duration drain,
      ComponentCatalog components,
      StepRunner runner,
      StepAttempt.Surroundings surroundings,
      Uploads uploads,
      boolean acknowledgeCommits,
      Acknowledgements acknowledgements) {}

  private final Setup setup;
  private final Journal journal;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final MetricsLog metrics;
  private final Attempts attempts;
  private final AtomicLong epoch = new AtomicLong();
  private final AtomicLong openedSequence = new AtomicLong();

  Session(Setup setup, Journal journal, MetricsLog metrics, Ledger ledger) {
    this.setup = setup;
    this.journal = journal;
    this.metrics = metrics;
    this.attempts = new Attempts(setup, ledger, this::keepDurably);
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
    return openedSequence.get();
  }

  void opened(long sequence) {
    openedSequence.set(sequence);
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
    return epoch.incrementAndGet();
  }

  public boolean leads(long attachmentEpoch) {
    return epoch.get() == attachmentEpoch;
  }

  /** How far the host has kept the events. */
  public Acknowledgements acknowledgements() {
    return setup.acknowledgements();
  }

  /** What has been run here, and is. */
  public Attempts attempts() {
    return attempts;
  }

  /** Deletes published outputs. */
  public void release(List<StepId> steps, String commandId) throws IOException {
    for (StepId step : steps) {
      Files.deleteIfExists(setup.directory().root().resolve(SessionDirectory.dataPath(step)));
      setup.surroundings().disk().release(step);
    }
    Event released = new Event.OutputsReleased(steps);
    attempts.apply(released);
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
    attempts.end(
        reason.equals("drained"),
        commandId.isEmpty()
            ? new StopSignal.Reason.Failed(leftBehind(reason))
            : new StopSignal.Reason.Cancelled());
    try {
      keepDurably(new Event.SessionClosed(id(), reason), commandId).join();
    } catch (CompletionException unwritten) {
      // Attached hosts hear that the journal is broken; the session ends all the same.
      LOG.warn("the session's end is not in its journal", unwritten);
    }
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
}
