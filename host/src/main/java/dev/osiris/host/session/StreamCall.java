package dev.osiris.host.session;

import dev.osiris.unit.Secret;
import dev.osiris.wire.BearerToken;
import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.WorkerServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * One attachment: a bidirectional call whose callbacks become signals. Its methods are called by
 * the session's loop alone. Messages wait here while the transport takes none, and the worker sends
 * no more than were asked for.
 */
final class StreamCall {
  private final Deque<RunSessionRequest> waiting = new ArrayDeque<>();
  private final ClientCallStreamObserver<RunSessionRequest> requests;

  /** Asking wakes the transport, so a few messages are asked for together. */
  private static final int TOGETHER = SessionSettings.WINDOW / 4;

  private int outstanding = SessionSettings.WINDOW;
  private int taken;
  private boolean halfClosed;

  private StreamCall(Channel channel, Secret token, Consumer<Signal> signals) {
    Observer observer = new Observer(this, signals);
    this.requests =
        (ClientCallStreamObserver<RunSessionRequest>)
            WorkerServiceGrpc.newStub(channel)
                .withInterceptors(
                    MetadataUtils.newAttachHeadersInterceptor(BearerToken.metadata(token)))
                .runSession(observer);
  }

  static StreamCall begin(Channel channel, Secret token, Consumer<Signal> signals) {
    return new StreamCall(channel, token, signals);
  }

  void send(RunSessionRequest request) {
    waiting.addLast(request);
    flush();
  }

  /** Sends what waits, as far as the transport takes it. */
  void flush() {
    while (!halfClosed && !waiting.isEmpty() && requests.isReady()) {
      requests.onNext(waiting.removeFirst());
    }
  }

  void received() {
    outstanding--;
  }

  /** One message was taken: another one may come in its place. */
  void requestNext() {
    taken++;
    if (taken == TOGETHER) {
      requests.request(taken);
      outstanding += taken;
      taken = 0;
    }
  }

  /** Whether the worker may send: only then does its silence mean anything. */
  boolean awaitsMessages() {
    return outstanding > 0;
  }

  /** Says that no command follows. */
  void halfClose() {
    if (!halfClosed) {
      halfClosed = true;
      requests.onCompleted();
    }
  }

  void cancel(String why) {
    halfClosed = true;
    requests.cancel(why, null);
  }

  private static final class Observer
      implements ClientResponseObserver<RunSessionRequest, RunSessionResponse> {
    private final StreamCall call;
    private final Consumer<Signal> signals;

    Observer(StreamCall call, Consumer<Signal> signals) {
      this.call = call;
      this.signals = signals;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<RunSessionRequest> requestStream) {
      requestStream.disableAutoRequestWithInitial(SessionSettings.WINDOW);
      requestStream.setOnReadyHandler(() -> signals.accept(new Signal.Writable(call)));
    }

    @Override
    public void onNext(RunSessionResponse message) {
      signals.accept(new Signal.Received(call, message));
    }

    @Override
    public void onError(Throwable problem) {
      signals.accept(new Signal.Ended(call, Status.fromThrowable(problem)));
    }

    @Override
    public void onCompleted() {
      signals.accept(new Signal.Ended(call, Status.OK));
    }
  }
}
