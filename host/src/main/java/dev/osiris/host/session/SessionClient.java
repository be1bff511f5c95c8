package dev.osiris.host.session;

import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One session in one worker: sends commands, hears events, and takes the conversation up again when
 * it breaks while the worker lives. Safe between threads.
 *
 * <p>Futures complete on the listener's thread, after the listener has heard the event that
 * completes them.
 */
public final class SessionClient implements SessionCommands, AutoCloseable {
  private final WorkerConnection connection;
  private final SessionSettings settings;
  private final SessionLoop loop;
  private final Delivery delivery;
  private final Event.SessionOpened opened;
  private final AtomicLong serial = new AtomicLong();

  private SessionClient(
      WorkerConnection connection,
      SessionSettings settings,
      SessionLoop loop,
      Delivery delivery,
      Event.SessionOpened opened) {
    this.connection = connection;
    this.settings = settings;
    this.loop = loop;
    this.delivery = delivery;
    this.opened = opened;
  }

  /**
   * Opens a session in a sandbox's worker and waits until it is open.
   *
   * @throws SessionLost when the worker refuses, ends or does not answer
   */
  public static SessionClient open(
      Sandbox sandbox, Command.OpenSession open, SessionListener listener, SessionSettings settings)
      throws SessionLost, InterruptedException {
    WorkerConnection connection = WorkerConnection.to(sandbox.address());
    Delivery delivery = new Delivery(listener, open.session().value());
    SessionLoop loop =
        new SessionLoop(connection.channel(), settings, delivery, open, sandbox.token());
    Thread.ofVirtual().name("session-" + open.session()).start(loop);
    var unused = sandbox.exit().thenAccept(exit -> loop.signal(new Signal.SandboxEnded(exit)));
    boolean done = false;
    try {
      Event.SessionOpened opened = loop.opened().get();
      SessionClient client = new SessionClient(connection, settings, loop, delivery, opened);
      done = true;
      return client;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SessionLost lost) {
        throw lost;
      }
      throw new IllegalStateException(e);
    } finally {
      if (!done) {
        loop.signal(new Signal.Leave());
        connection.close();
      }
    }
  }

  /** What the worker said it is. */
  public Event.SessionOpened opened() {
    return opened;
  }

  @Override
  public CompletableFuture<StepResult> runStep(StepSpec step) {
    CompletableFuture<StepResult> result = new CompletableFuture<>();
    submit(new Command.RunStep(step), result);
    return result;
  }

  @Override
  public void cancelStep(StepId step, String attempt) {
    submit(new Command.CancelStep(step, attempt), null);
  }

  @Override
  public void release(List<StepId> steps) {
    submit(new Command.ReleaseOutputs(steps), null);
  }

  /**
   * Asks the worker whether it serves, by {@code grpc.health.v1}; {@code false} when it says so or
   * does not answer in time. Never completes exceptionally.
   */
  public CompletableFuture<Boolean> serving(Duration within) {
    return connection.serving(within).exceptionally(problem -> false);
  }

  /** Completes with the reason when the session is over for this host. */
  public CompletableFuture<SessionLost> ended() {
    return loop.ended().copy();
  }

  /**
   * Ends the session and waits, for a bounded time, until the worker has confirmed it and the
   * listener has heard everything. Steps that run are cancelled. Idempotent; an interrupted thread
   * does not wait.
   */
  @Override
  public void close() {
    try {
      if (!loop.ended().isDone()) {
        submit(new Command.CleanUp(), null);
        awaitEnd(settings.closeFor().plusSeconds(1));
      }
      abandon();
      delivery.join();
    } catch (InterruptedException e) {
      abandon();
      Thread.currentThread().interrupt();
    }
  }

  /** Lets go at once, without a word to the worker; its lease or its life line ends it. */
  public void abandon() {
    loop.signal(new Signal.Leave());
    connection.close();
  }

  private void awaitEnd(Duration time) throws InterruptedException {
    try {
      var unused = loop.ended().get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The listener is slower than any patience: the loop has let go by its own clock.
      System.getLogger(SessionClient.class.getName())
          .log(System.Logger.Level.DEBUG, "the session's end was not confirmed");
    }
  }

  private void submit(Command command, @Nullable CompletableFuture<StepResult> result) {
    String id = "c" + serial.incrementAndGet();
    loop.signal(new Signal.Submitted(id, command, result));
    // A loop that is over takes no signals; the future must not wait for ever.
    if (result != null) {
      var unused = loop.ended().thenAccept(result::completeExceptionally);
    }
  }
}
