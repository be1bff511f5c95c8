package dev.osiris.e2e.harness.wire;

import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.WorkerServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One call of the stream: sends commands and keeps every event that came. Thread-safe. */
public final class RawStream implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock.
  private final List<RunSessionResponse> received = new ArrayList<>();
  private @Nullable Status end;

  private final ClientCallStreamObserver<RunSessionRequest> commands;

  RawStream(WorkerServiceGrpc.WorkerServiceStub stub) {
    this.commands = (ClientCallStreamObserver<RunSessionRequest>) stub.runSession(new Receiver());
  }

  public void send(RunSessionRequest command) {
    commands.onNext(command);
  }

  /** Sends and waits for the first event that the command caused. */
  public RunSessionResponse ask(RunSessionRequest command) {
    send(command);
    String id = command.getCommandId();
    return await("an answer to " + id, event -> event.getCommandId().equals(id));
  }

  /**
   * The first of all events so far, or to come, that fits. Fails when the stream ends without one.
   */
  public RunSessionResponse await(String what, Predicate<RunSessionResponse> fits) {
    long left = PATIENCE.toNanos();
    lock.lock();
    try {
      while (true) {
        for (RunSessionResponse event : received) {
          if (fits.test(event)) {
            return event;
          }
        }
        if (end != null || left <= 0) {
          throw new AssertionError(
              "no "
                  + what
                  + (end == null ? " in time" : "; the stream ended with " + end)
                  + "; received:\n"
                  + names());
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end of the call. */
  public Status awaitEnd() {
    return awaitEnd(PATIENCE);
  }

  /** Waits for the end of the call. */
  public Status awaitEnd(Duration limit) {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (end == null) {
        if (left <= 0) {
          throw new AssertionError("the stream has not ended; received:\n" + names());
        }
        left = changed.awaitNanos(left);
      }
      return end;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for the end", e);
    } finally {
      lock.unlock();
    }
  }

  /** All events so far, in the order of their arrival. */
  public List<RunSessionResponse> received() {
    lock.lock();
    try {
      return List.copyOf(received);
    } finally {
      lock.unlock();
    }
  }

  public boolean ended() {
    lock.lock();
    try {
      return end != null;
    } finally {
      lock.unlock();
    }
  }

  /** Ends this side of the call in order: detaches. */
  public void complete() {
    commands.onCompleted();
  }

  /** Ends the call at once. */
  @Override
  public void close() {
    commands.cancel("the test is done", null);
  }

  private String names() {
    return String.join(
        "\n",
        received.stream().map(event -> event.getSequence() + " " + event.getEventCase()).toList());
  }

  private void ended(Status status) {
    lock.lock();
    try {
      end = status;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private final class Receiver implements StreamObserver<RunSessionResponse> {
    @Override
    public void onNext(RunSessionResponse event) {
      lock.lock();
      try {
        received.add(event);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onError(Throwable broken) {
      ended(Status.fromThrowable(broken));
    }

    @Override
    public void onCompleted() {
      ended(Status.OK);
    }
  }
}
