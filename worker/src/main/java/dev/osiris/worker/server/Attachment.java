package dev.osiris.worker.server;

import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.wire.EventCodec;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.worker.session.Journal;
import dev.osiris.worker.session.Session;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One host's stream onto one session. It holds a place in the journal and not the events
 * themselves, so a host that reads slowly costs no memory.
 */
final class Attachment implements Journal.Listener {

  private static final int BATCH = 64;
  private static final int MAX_TRANSIENT = 256;

  private final Session session;
  private final long epoch;
  private final ServerCallStreamObserver<RunSessionResponse> out;
  private final Executor executor;
  private final Clock clock;
  private final @Nullable String openCommandId;
  private final AtomicInteger signals = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final ArrayDeque<JournalEntry> transients = new ArrayDeque<>();
  private @Nullable Status ending;
  // Used by the pumping thread alone.
  private long sent;
  private boolean ended;

  /**
   * @param openCommandId the command that opened the session here; {@code null} when it was
   *     attached to
   * @param after the last sequence number that the host has
   */
  Attachment(
      Session session,
      long epoch,
      ServerCallStreamObserver<RunSessionResponse> out,
      Executor executor,
      Clock clock,
      @Nullable String openCommandId,
      long after) {
    this.session = session;
    this.epoch = epoch;
    this.out = out;
    this.executor = executor;
    this.clock = clock;
    this.openCommandId = openCommandId;
    this.sent = after;
  }

  Session session() {
    return session;
  }

  /** Whether commands that come here are still obeyed. */
  boolean leads() {
    return session.leads(epoch);
  }

  void start() {
    session.journal().addListener(this);
    advanced();
  }

  /** Sends an event that is not kept. Heartbeats that a slow host has not taken are left out. */
  void send(Event event, String commandId) {
    lock.lock();
    try {
      if (transients.size() < MAX_TRANSIENT) {
        transients.addLast(new JournalEntry(0, clock.instant(), commandId, event));
      }
    } finally {
      lock.unlock();
    }
    advanced();
  }

  /** Ends the stream with a status, or normally, after what is still to be sent. */
  void end(Status status) {
    lock.lock();
    try {
      ending = ending == null ? status : ending;
    } finally {
      lock.unlock();
    }
    advanced();
  }

  void detach() {
    session.journal().removeListener(this);
  }

  /** There may be something to send, or room to send it. */
  @Override
  public void advanced() {
    if (signals.getAndIncrement() == 0) {
      executor.execute(this::pump);
    }
  }

  private void pump() {
    int seen = 0;
    do {
      seen = signals.get();
      try {
        sendWhatFits();
      } catch (IOException | RuntimeException e) {
        finish(
            Status.INTERNAL.withDescription(
                "the journal cannot be read: " + e.getClass().getSimpleName()));
      }
    } while (!signals.compareAndSet(seen, 0));
  }

  private void sendWhatFits() throws IOException {
    while (!ended && out.isReady()) {
      JournalEntry next = nextTransient();
      if (next != null) {
        out.onNext(EventCodec.encode(next));
        continue;
      }
      List<JournalEntry> batch = session.journal().read(sent, BATCH);
      if (batch.isEmpty()) {
        break;
      }
      batch.forEach(this::sendKept);
    }
    if (!ended && session.journal().isBroken()) {
      finish(
          Status.DATA_LOSS.withDescription(
              "the journal cannot be written, so nothing more can be told; is the disk full?"));
    }
    Status status = endingStatus();
    if (!ended && status != null) {
      finish(status);
    }
  }

  private void sendKept(JournalEntry entry) {
    if (ended) {
      return;
    }
    sent = entry.sequence();
    out.onNext(EventCodec.encode(withToken(entry)));
    if (entry.event() instanceof Event.SessionClosed
        && entry.sequence() > session.openedSequence()) {
      // Not before: whoever sees the end of the call may open the next session at once.
      var _ = session.over().thenRun(() -> end(Status.OK));
    }
  }

  // The one host that opened the session gets its token, on the stream only.
  private JournalEntry withToken(JournalEntry entry) {
    if (openCommandId == null
        || entry.sequence() != session.openedSequence()
        || !(entry.event() instanceof Event.SessionOpened opened)) {
      return entry;
    }
    Event withToken =
        new Event.SessionOpened(
            opened.session(),
            opened.protocol(),
            opened.supported(),
            opened.epoch(),
            session.token(),
            opened.workerVersion(),
            opened.duckdbVersion(),
            opened.budget(),
            opened.enforcement(),
            opened.lease(),
            opened.components(),
            opened.limits());
    return new JournalEntry(entry.sequence(), entry.time(), openCommandId, withToken);
  }

  private @Nullable JournalEntry nextTransient() {
    lock.lock();
    try {
      return transients.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Status endingStatus() {
    lock.lock();
    try {
      return ending;
    } finally {
      lock.unlock();
    }
  }

  private void finish(Status status) {
    if (ended) {
      return;
    }
    ended = true;
    detach();
    if (status.isOk()) {
      out.onCompleted();
    } else {
      out.onError(status.asRuntimeException());
    }
  }
}
