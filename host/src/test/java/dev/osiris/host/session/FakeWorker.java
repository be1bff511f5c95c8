package dev.osiris.host.session;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.component.ComponentKind;
import dev.osiris.component.ComponentSpec;
import dev.osiris.failure.Failure;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.ProtocolVersions;
import dev.osiris.session.SessionId;
import dev.osiris.step.OutputTable;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.Secret;
import dev.osiris.wire.BearerToken;
import dev.osiris.wire.CommandCodec;
import dev.osiris.wire.EventCodec;
import dev.osiris.wire.ReceivedCommand;
import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.WorkerServiceGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A worker made of a script, behind a real gRPC server on loopback: it keeps a journal, replays it,
 * and does with steps what the test says.
 */
public final class FakeWorker implements AutoCloseable {
  public static final Secret TOKEN = Secret.of("worker-token");
  private static final Secret SESSION_TOKEN = Secret.of("session-token");
  private static final Context.Key<String> PRESENTED = Context.key("token");

  private final Object lock = new Object();
  private final HealthStatusManager health = new HealthStatusManager();
  private final Server server;
  private final int port;
  private final List<JournalEntry> journal = new ArrayList<>();
  private final List<Command> commands = new CopyOnWriteArrayList<>();
  private final List<String> componentNames = new ArrayList<>(List.of("fake.step"));
  private final AtomicBoolean mute = new AtomicBoolean();

  private Consumer<StepSpec> onStep = step -> succeed(step, 1);
  private Consumer<Command.CancelStep> onCancel =
      cancel -> end(new StepResult.Cancelled(cancel.step(), cancel.attempt(), Duration.ZERO));
  private Runnable onPing = () -> {};
  private volatile LongConsumer onAcknowledge = sequence -> {};
  private Optional<Status> refuseAttach = Optional.empty();
  private int resendOnAttach;
  private StreamObserver<RunSessionResponse> attachment;
  private SessionId session = new SessionId("none");
  private long epoch;

  public FakeWorker() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new Service())
            .addService(health.getHealthService())
            .intercept(new TokenReader())
            .build()
            .start();
    port = server.getPort();
  }

  public WorkerAddress address() {
    return new WorkerAddress.Tcp("127.0.0.1", port);
  }

  /** What becomes of a step that was sent; on a thread of the server. */
  public void onStep(Consumer<StepSpec> script) {
    onStep = script;
  }

  public void onCancel(Consumer<Command.CancelStep> script) {
    onCancel = script;
  }

  void onAcknowledge(LongConsumer heard) {
    onAcknowledge = heard;
  }

  void onPing(Runnable task) {
    onPing = task;
  }

  public void components(String... names) {
    componentNames.clear();
    componentNames.addAll(List.of(names));
  }

  /** Says from now on that it does not serve. */
  public void fallIll() {
    health.setStatus("", ServingStatus.NOT_SERVING);
  }

  /** From now on nothing is answered, not even pings. */
  public void fallSilent() {
    mute.set(true);
  }

  void refuseAttach(Status status) {
    refuseAttach = Optional.of(status);
  }

  /** A careless worker: an attachment gets so many events that it has already. */
  void resendOnAttach(int events) {
    resendOnAttach = events;
  }

  public List<Command> commands() {
    return List.copyOf(commands);
  }

  public <T extends Command> List<T> commands(Class<T> type) {
    return commands.stream().filter(type::isInstance).map(type::cast).toList();
  }

  public List<JournalEntry> journal() {
    synchronized (lock) {
      return List.copyOf(journal);
    }
  }

  public void accept(StepSpec step) {
    keep(new Event.StepAccepted(step.id(), step.attempt(), "0".repeat(64)));
    keep(new Event.StepStarted(step.id(), step.attempt(), 50_000_000, 1));
  }

  /** Accepts a step and ends it with one table. */
  public void succeed(StepSpec step, long rows) {
    accept(step);
    end(success(step, rows));
  }

  public static StepResult success(StepSpec step, long rows) {
    StepOutputs outputs =
        new StepOutputs(
            "data/" + step.id() + ".duckdb",
            List.of(new OutputTable("main", rows, List.of())),
            List.of());
    return new StepResult.Succeeded(
        step.id(), step.attempt(), Duration.ofMillis(5), outputs, List.of());
  }

  public void progress(StepId step, long rows) {
    keep(new Event.StepProgressed(step, "1", rows));
  }

  public void end(StepResult result) {
    keep(new Event.StepEnded(result));
  }

  /** Puts an event into the journal and sends it when somebody is attached. */
  public void keep(Event event) {
    synchronized (lock) {
      JournalEntry entry = new JournalEntry(journal.size() + 1, Instant.EPOCH, "", event);
      journal.add(entry);
      send(entry);
    }
  }

  /** Into the journal only: as if the stream had lost it. */
  void keepUnsent(Event event) {
    synchronized (lock) {
      journal.add(new JournalEntry(journal.size() + 1, Instant.EPOCH, "", event));
    }
  }

  void reject(String commandId, Failure failure) {
    synchronized (lock) {
      send(new JournalEntry(0, Instant.EPOCH, commandId, new Event.CommandRejected(failure)));
    }
  }

  /** Ends the stream and not the session. */
  public void breakStream(Status status) {
    synchronized (lock) {
      if (attachment != null) {
        attachment.onError(status.asRuntimeException());
        attachment = null;
      }
    }
  }

  /** Goes away as a process does. */
  public void die() {
    server.shutdownNow();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private void send(JournalEntry entry) {
    if (attachment != null && !mute.get()) {
      attachment.onNext(EventCodec.encode(entry));
    }
  }

  private Event.SessionOpened opened() {
    ByteSize limit = ByteSize.ofMiB(512);
    return new Event.SessionOpened(
        session,
        1,
        ProtocolVersions.SUPPORTED,
        epoch,
        SESSION_TOKEN,
        "fake",
        "1.5.6",
        MemoryBudget.of(limit, 2),
        "nothing",
        Duration.ofSeconds(30),
        componentNames.stream().map(FakeWorker::component).toList(),
        Map.of());
  }

  private static ComponentSpec component(String name) {
    return new ComponentSpec(
        name,
        "1",
        ComponentSpec.SPI_VERSION,
        ComponentKind.PROCESSOR,
        "A step of a test.",
        ComponentSpec.Inputs.ANY,
        List.of(),
        List.of());
  }

  private final class Service extends WorkerServiceGrpc.WorkerServiceImplBase {
    @Override
    public StreamObserver<RunSessionRequest> runSession(StreamObserver<RunSessionResponse> out) {
      String token = PRESENTED.get();
      return new StreamObserver<>() {
        @Override
        public void onNext(RunSessionRequest message) {
          ReceivedCommand received = CommandCodec.decode(message);
          if (received instanceof ReceivedCommand.Known(String id, Command command)) {
            commands.add(command);
            take(id, command, out, token);
          }
        }

        @Override
        public void onError(Throwable problem) {
          detach(out);
        }

        @Override
        public void onCompleted() {
          detach(out);
          out.onCompleted();
        }
      };
    }
  }

  private void detach(StreamObserver<RunSessionResponse> out) {
    synchronized (lock) {
      if (out.equals(attachment)) {
        attachment = null;
      }
    }
  }

  private void take(
      String id, Command command, StreamObserver<RunSessionResponse> out, String token) {
    switch (command) {
      case Command.OpenSession open -> {
        if (!("Bearer " + TOKEN.reveal()).equals(token)) {
          out.onError(Status.UNAUTHENTICATED.asRuntimeException());
          return;
        }
        synchronized (lock) {
          attachment = out;
          session = open.session();
          epoch++;
          keep(opened());
        }
      }
      case Command.AttachSession attach -> attach(attach, out, token);
      case Command.RunStep(StepSpec step) -> onStep.accept(step);
      case Command.CancelStep cancel -> onCancel.accept(cancel);
      case Command.ReleaseOutputs release -> {
        synchronized (lock) {
          JournalEntry entry =
              new JournalEntry(
                  journal.size() + 1,
                  Instant.EPOCH,
                  id,
                  new Event.OutputsReleased(release.steps()));
          journal.add(entry);
          send(entry);
        }
      }
      case Command.Ping ping -> {
        onPing.run();
        synchronized (lock) {
          send(
              new JournalEntry(
                  0, Instant.EPOCH, id, new Event.Heartbeat(journal.size(), 1_000_000, 0)));
        }
      }
      case Command.Acknowledge(long sequence) -> onAcknowledge.accept(sequence);
      case Command.CleanUp cleanUp -> {
        keep(new Event.SessionClosed(session, "clean up"));
        out.onCompleted();
      }
    }
  }

  private void attach(
      Command.AttachSession attach, StreamObserver<RunSessionResponse> out, String token) {
    if (!("Bearer " + SESSION_TOKEN.reveal()).equals(token)) {
      out.onError(Status.UNAUTHENTICATED.asRuntimeException());
      return;
    }
    if (refuseAttach.isPresent()) {
      out.onError(refuseAttach.get().asRuntimeException());
      return;
    }
    synchronized (lock) {
      attachment = out;
      epoch++;
      send(
          new JournalEntry(
              0, Instant.EPOCH, "", new Event.SessionAttached(session, epoch, journal.size())));
      int from = (int) Math.max(0, attach.afterSequence() - resendOnAttach);
      journal.subList(from, journal.size()).forEach(this::send);
    }
  }

  private static final class TokenReader implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      String token = String.valueOf(headers.get(BearerToken.KEY));
      return Contexts.interceptCall(
          Context.current().withValue(PRESENTED, token), call, headers, next);
    }
  }
}
