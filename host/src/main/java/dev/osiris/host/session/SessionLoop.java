package dev.osiris.host.session;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepResult;
import dev.osiris.unit.DurationText;
import dev.osiris.unit.Secret;
import dev.osiris.wire.CommandCodec;
import dev.osiris.wire.EventCodec;
import dev.osiris.wire.ReceivedEvent;
import dev.osiris.wire.WireException;
import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The state of one session's conversation, touched by one thread. Everything that happens is a
 * {@link Signal}; nothing here blocks but waiting for the next.
 */
final class SessionLoop implements Runnable {
  private static final Runnable NOTHING = () -> {};

  private final Channel channel;
  private final SessionSettings settings;
  private final Delivery delivery;
  private final Command.OpenSession open;
  private final Secret workerToken;
  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final CompletableFuture<Event.SessionOpened> opened = new CompletableFuture<>();
  private final CompletableFuture<SessionLost> ended = new CompletableFuture<>();
  private final PendingCommands pending = new PendingCommands();
  private final Rhythm rhythm;
  private final long origin;

  private long lastSequence;
  private long deliveredSequence;
  private long acknowledgedSequence;
  // Of events that somebody waits to have acknowledged.
  private final Set<Long> awaited = new HashSet<>();
  private long serial;
  private boolean closing;
  private boolean over;

  // Only while a call is there.
  private @Nullable StreamCall call;
  private boolean attached;

  // Only from some moment on.
  private @Nullable Secret sessionToken;
  private @Nullable SandboxExit sandboxExit;
  private String whyBroken = "";

  SessionLoop(
      Channel channel,
      SessionSettings settings,
      Delivery delivery,
      Command.OpenSession open,
      Secret workerToken) {
    this.channel = channel;
    this.settings = settings;
    this.delivery = delivery;
    this.open = open;
    this.workerToken = workerToken;
    this.rhythm = new Rhythm(settings);
    this.origin = settings.nanos().getAsLong();
  }

  /** From any thread. */
  void signal(Signal signal) {
    signals.add(signal);
  }

  CompletableFuture<Event.SessionOpened> opened() {
    return opened;
  }

  /** Completes with the reason when nothing more can come of this session. */
  CompletableFuture<SessionLost> ended() {
    return ended;
  }

  @Override
  public void run() {
    begin(workerToken, open);
    while (!over) {
      try {
        Signal signal = signals.poll(untilNext(), TimeUnit.NANOSECONDS);
        if (signal != null) {
          act(signal);
        }
      } catch (InterruptedException e) {
        lose(SessionLost.left());
      }
      if (!over) {
        keepTime(now());
      }
    }
  }

  private void act(Signal signal) {
    switch (signal) {
      case Signal.Received(StreamCall from, RunSessionResponse message) -> {
        if (from == call) {
          receive(from, message);
        }
      }
      case Signal.Writable(StreamCall from) -> from.flush();
      case Signal.Delivered(StreamCall from, long sequence) -> {
        deliveredSequence = Math.max(deliveredSequence, sequence);
        if (from == call) {
          if (awaited.remove(sequence)) {
            acknowledge(from);
          }
          takeNext(from);
        }
      }
      case Signal.Ended(StreamCall from, Status status) -> {
        if (from == call) {
          streamEnded(status);
        }
      }
      case Signal.Submitted(String id, Command command, var result) -> submit(id, command, result);
      case Signal.SandboxEnded(SandboxExit exit) -> {
        sandboxExit = exit;
        rhythm.workerEnded(now(), call != null);
      }
      case Signal.Leave() -> lose(SessionLost.left());
    }
  }

  // --- What comes ---

  private void receive(StreamCall from, RunSessionResponse message) {
    from.received();
    rhythm.heard(now());
    ReceivedEvent event;
    try {
      event = EventCodec.decode(message);
    } catch (WireException e) {
      lose(SessionLost.refused("its message is not of this protocol: " + e.getMessage()));
      return;
    }
    long sequence = event.sequence();
    if (sequence != 0 && sequence <= lastSequence) {
      takeNext(from);
      return;
    }
    // The journal of a directory that is continued does not begin with 1.
    if (sequence > lastSequence + 1 && sessionToken != null) {
      breakOff("events " + (lastSequence + 1) + " to " + (sequence - 1) + " are missing");
      return;
    }
    lastSequence = Math.max(lastSequence, sequence);
    switch (event) {
      case ReceivedEvent.Known(JournalEntry entry) -> understand(from, entry);
      // Of a later version: only its number matters here.
      case ReceivedEvent.Unknown unknown -> takeNext(from);
    }
  }

  private void understand(StreamCall from, JournalEntry entry) {
    Runnable afterwards =
        switch (entry.event()) {
          case Event.SessionOpened event -> {
            sessionToken = event.sessionToken() == null ? sessionToken : event.sessionToken();
            attachedNow(from);
            yield () -> opened.complete(event);
          }
          case Event.SessionAttached event -> {
            attachedNow(from);
            delivery.connection("attached", "epoch " + event.epoch());
            yield NOTHING;
          }
          case Event.StepAccepted event -> {
            pending.accepted(event.step(), event.attempt());
            yield NOTHING;
          }
          case Event.StepEnded(StepResult result) ->
              pending
                  .ended(result.step(), result.attempt())
                  .<Runnable>map(future -> () -> future.complete(result))
                  .orElse(NOTHING);
          case Event.CommitBegun event -> {
            awaited.add(entry.sequence());
            yield NOTHING;
          }
          case Event.CommandRejected event -> rejected(entry.commandId(), event);
          case Event.OutputsReleased released -> {
            pending.answered(entry.commandId());
            yield NOTHING;
          }
          default -> NOTHING;
        };
    delivery.event(
        entry,
        () -> {
          afterwards.run();
          signal(new Signal.Delivered(from, entry.sequence()));
        });
    if (entry.event() instanceof Event.SessionClosed closed) {
      lose(closing ? SessionLost.left() : SessionLost.closed(closed.reason()));
    }
  }

  private Runnable rejected(String commandId, Event.CommandRejected event) {
    Command command = pending.find(commandId).orElse(null);
    pending.answered(commandId);
    if (command instanceof Command.RunStep(var step)) {
      StepResult result = PendingCommands.rejected(step, event.failure());
      return pending
          .ended(step.id(), step.attempt())
          .<Runnable>map(future -> () -> future.complete(result))
          .orElse(NOTHING);
    }
    if (!attached) {
      lose(SessionLost.refused(event.failure().message()));
    }
    return NOTHING;
  }

  private void attachedNow(StreamCall to) {
    attached = true;
    rhythm.attached(now());
    pending.unanswered().forEach((id, command) -> to.send(CommandCodec.encode(id, command)));
  }

  private void takeNext(StreamCall from) {
    if (!from.awaitsMessages()) {
      rhythm.heard(now());
    }
    from.requestNext();
  }

  // --- What breaks ---

  private void streamEnded(Status status) {
    SandboxExit exit = sandboxExit;
    if (exit != null) {
      lose(workerEnded(exit));
      return;
    }
    StreamEnd end = new StreamEnd(status);
    if (closing && end.isExpectedAfterCleanUp()) {
      lose(SessionLost.left());
    } else {
      end.fatal(sessionToken != null).ifPresentOrElse(this::lose, () -> breakOff(end.text()));
    }
  }

  /** Lets go of the stream and tries to take the session up again. */
  private void breakOff(String why) {
    StreamCall broken = call;
    call = null;
    attached = false;
    if (broken != null) {
      broken.cancel("taken up again");
    }
    whyBroken = why;
    delivery.connection("broken", why);
    rhythm.broken(now());
    if (sandboxExit != null) {
      rhythm.workerEnded(now(), false);
    }
  }

  private SessionLost workerEnded(SandboxExit exit) {
    return closing && exit.code() != null && exit.code() == 0
        ? SessionLost.left()
        : SessionLost.workerEnded(exit);
  }

  private void lose(SessionLost lost) {
    if (over) {
      return;
    }
    over = true;
    StreamCall last = call;
    call = null;
    if (last != null) {
      if (lost.reason() == SessionLost.Reason.LEFT) {
        last.halfClose();
      } else {
        last.cancel("over");
      }
    }
    if (lost.reason() != SessionLost.Reason.LEFT) {
      delivery.connection("lost", lost.failure().message());
    }
    var futures = pending.takeAll();
    delivery.afterwards(() -> {
      futures.forEach(future -> future.completeExceptionally(lost));
      opened.completeExceptionally(lost);
      ended.complete(lost);
    });
    delivery.end();
  }

  // --- What this host says ---

  private void begin(Secret token, Command first) {
    StreamCall begun = StreamCall.begin(channel, token, this::signal);
    call = begun;
    attached = false;
    rhythm.heard(now());
    begun.send(CommandCodec.encode(nextId(), first));
  }

  private void submit(String id, Command command, @Nullable CompletableFuture<StepResult> result) {
    pending.add(id, command, result);
    if (command instanceof Command.CleanUp) {
      closing = true;
      rhythm.closing(now());
    }
    RunSessionRequest message;
    try {
      message = CommandCodec.encode(id, command);
    } catch (WireException | IllegalArgumentException e) {
      unsendable(id, e.getMessage());
      return;
    }
    StreamCall to = call;
    if (to != null && attached) {
      to.send(message);
    }
  }

  /** Concerns this one command: too large, or holding what the wire cannot. */
  private void unsendable(String id, @Nullable String problem) {
    Failure failure = Failure.of(FailureCode.CONFIG_INVALID, "the step cannot be sent: " + problem);
    Runnable tell = rejected(id, new Event.CommandRejected(failure));
    delivery.afterwards(tell);
  }

  private String nextId() {
    serial++;
    return "h" + serial;
  }

  // --- Time ---

  private void keepTime(long now) {
    SandboxExit exit = sandboxExit;
    StreamCall at = call;
    Secret token = sessionToken;
    if (exit != null && rhythm.exitIsDue(now)) {
      lose(workerEnded(exit));
    } else if (rhythm.closeIsDue(now)) {
      lose(SessionLost.left());
    } else if (at != null && at.awaitsMessages() && rhythm.silenceIsDue(now)) {
      breakOff("nothing was heard for " + DurationText.of(settings.readIdle()));
    } else if (at != null && rhythm.pingIsDue(now)) {
      ping(at, now);
    } else if (rhythm.giveUpIsDue(now)) {
      lose(SessionLost.unreachable(whyBroken));
    } else if (at == null && rhythm.attachIsDue(now)) {
      attachAgain(token);
    }
  }

  /** Without a session's token nothing was opened, and there is nothing to take up. */
  private void attachAgain(@Nullable Secret token) {
    if (token == null) {
      lose(SessionLost.unreachable(whyBroken));
      return;
    }
    rhythm.attaching();
    begin(token, new Command.AttachSession(open.session(), lastSequence));
  }

  private void ping(StreamCall at, long now) {
    at.send(CommandCodec.encode(nextId(), new Command.Ping()));
    if (deliveredSequence > acknowledgedSequence) {
      acknowledge(at);
    }
    rhythm.pinged(now);
  }

  private void acknowledge(StreamCall at) {
    acknowledgedSequence = deliveredSequence;
    at.send(CommandCodec.encode(nextId(), new Command.Acknowledge(deliveredSequence)));
  }

  private long untilNext() {
    StreamCall at = call;
    return rhythm.untilNext(now(), at != null && at.awaitsMessages());
  }

  private long now() {
    return settings.nanos().getAsLong() - origin;
  }
}
