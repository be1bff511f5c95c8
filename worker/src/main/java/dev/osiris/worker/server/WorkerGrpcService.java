package dev.osiris.worker.server;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.step.StepResult;
import dev.osiris.unit.Secret;
import dev.osiris.wire.CommandCodec;
import dev.osiris.wire.ReceivedCommand;
import dev.osiris.wire.WireException;
import dev.osiris.wire.WireLimits;
import dev.osiris.wire.v1.RunSessionRequest;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.WorkerServiceGrpc;
import dev.osiris.worker.sandbox.ProcessMemory;
import dev.osiris.worker.session.ProtocolViolation;
import dev.osiris.worker.session.RunAnswer;
import dev.osiris.worker.session.Session;
import dev.osiris.worker.session.SessionSlot;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stream: messages in, domain calls, messages out. It decides nothing about steps. */
final class WorkerGrpcService extends WorkerServiceGrpc.WorkerServiceImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerGrpcService.class);

  private final SessionSlot slot;
  private final Tokens tokens;
  private final Executor executor;
  private final Clock clock;
  private final AtomicReference<@Nullable Attachment> newest = new AtomicReference<>();

  WorkerGrpcService(SessionSlot slot, Tokens tokens, Executor executor, Clock clock) {
    this.slot = slot;
    this.tokens = tokens;
    this.executor = executor;
    this.clock = clock;
  }

  @Override
  public StreamObserver<RunSessionRequest> runSession(
      StreamObserver<RunSessionResponse> responses) {
    ServerCallStreamObserver<RunSessionResponse> out =
        (ServerCallStreamObserver<RunSessionResponse>) responses;
    out.disableAutoRequest();
    Stream stream = new Stream(out, Tokens.presented());
    out.setOnReadyHandler(stream::ready);
    out.setOnCancelHandler(stream::gone);
    out.request(1);
    return stream;
  }

  /** A sign of life to whoever is attached. */
  void heartbeat() {
    Attachment attachment = newest.get();
    if (attachment != null) {
      attachment.send(heartbeatOf(attachment.session()), "");
    }
  }

  private static Event heartbeatOf(Session session) {
    return new Event.Heartbeat(
        session.journal().lastSequence(),
        ProcessMemory.anonymousBytes(),
        session.attempts().running());
  }

  /** One call. gRPC calls it from one thread at a time. */
  private final class Stream implements StreamObserver<RunSessionRequest> {
    private final ServerCallStreamObserver<RunSessionResponse> out;
    private final @Nullable Secret token;
    private volatile @Nullable Attachment attachment;

    Stream(ServerCallStreamObserver<RunSessionResponse> out, @Nullable Secret token) {
      this.out = out;
      this.token = token;
    }

    @Override
    public void onNext(RunSessionRequest request) {
      try {
        accept(request);
        out.request(1);
      } catch (ProtocolViolation violation) {
        fail(statusOf(violation));
      } catch (WireException malformed) {
        fail(Status.INVALID_ARGUMENT.withDescription(malformed.getMessage()));
      } catch (RuntimeException e) {
        LOG.error("a command could not be handled", e);
        fail(
            Status.INTERNAL.withDescription(
                "a defect of the worker: " + e.getClass().getSimpleName()));
      }
    }

    @Override
    public void onError(Throwable gone) {
      gone();
    }

    @Override
    public void onCompleted() {
      Attachment current = attachment;
      if (current == null) {
        out.onCompleted();
      } else {
        current.end(Status.OK);
      }
    }

    void ready() {
      Attachment current = attachment;
      if (current != null) {
        current.advanced();
      }
    }

    void gone() {
      Attachment current = attachment;
      if (current != null) {
        current.detach();
        newest.compareAndSet(current, null);
      }
    }

    private void fail(Status status) {
      Attachment current = attachment;
      if (current == null) {
        out.onError(status.asRuntimeException());
      } else {
        current.end(status);
      }
    }

    private void accept(RunSessionRequest request) {
      long limit = WireLimits.CONTROL_MESSAGE.bytes();
      if (request.getSerializedSize() > limit) {
        throw ProtocolViolation.exhausted(
            "a command of "
                + request.getSerializedSize()
                + " bytes; at most "
                + limit
                + " are read");
      }
      ReceivedCommand received = CommandCodec.decode(request);
      Command command = received instanceof ReceivedCommand.Known known ? known.command() : null;
      Attachment current = attachment;
      if (current == null) {
        begin(command, request.getCommandId());
      } else if (!current.leads()) {
        current.end(superseded());
      } else if (command == null) {
        reject(
            current,
            Failure.of(FailureCode.COMMAND_ILLEGAL, "this worker does not know the command"),
            request.getCommandId());
      } else {
        current.session().lease().renew();
        obey(current, command, request.getCommandId());
      }
    }

    private void begin(@Nullable Command command, String commandId) {
      switch (command) {
        case Command.OpenSession open -> {
          tokens.requireWorkerToken(token);
          Session session = slot.open(open);
          attachment(session, 1, commandId, session.openedSequence() - 1).start();
        }
        case Command.AttachSession wish -> {
          Session session = slot.attach(wish);
          tokens.requireSessionToken(wish.session(), token);
          long epoch = session.nextEpoch();
          Attachment mine = attachment(session, epoch, null, wish.afterSequence());
          // Before the start: the answer comes before what it announces.
          mine.send(
              new Event.SessionAttached(session.id(), epoch, session.journal().lastSequence()),
              commandId);
          mine.start();
        }
        case null, default ->
            throw ProtocolViolation.invalid(
                "the first command of a call must be OpenSession or AttachSession");
      }
    }

    private Attachment attachment(
        Session session, long epoch, @Nullable String openCommandId, long after) {
      session.lease().renew();
      Attachment mine = new Attachment(session, epoch, out, executor, clock, openCommandId, after);
      Attachment older = newest.getAndSet(mine);
      if (older != null && older.session() == session) {
        older.end(superseded());
      }
      attachment = mine;
      return mine;
    }

    private void obey(Attachment current, Command command, String commandId) {
      switch (command) {
        case Command.RunStep run -> {
          switch (slot.working("RunStep").attempts().run(run.step(), commandId)) {
            case RunAnswer.Accepted accepted -> {
              // Its events tell the rest.
            }
            case RunAnswer.Ended ended ->
                current.send(new Event.StepEnded(ended.result()), commandId);
            case RunAnswer.Rejected rejected -> reject(current, rejected.failure(), commandId);
          }
        }
        case Command.CancelStep cancel -> cancel(current, cancel, commandId);
        case Command.ReleaseOutputs release -> release(release, commandId);
        case Command.Ping ping -> current.send(heartbeatOf(current.session()), commandId);
        case Command.Acknowledge acknowledge ->
            current.session().acknowledgements().upTo(acknowledge.sequence());
        case Command.CleanUp cleanUp -> {
          slot.working("CleanUp");
          // Off this thread: it waits for steps to stop, and the host must hear their ends
          // meanwhile.
          Thread.ofVirtual().name("clean-up").start(() -> slot.close("clean up", commandId));
        }
        case Command.OpenSession open ->
            throw ProtocolViolation.invalid(
                "OpenSession is legal only as the first command of a call");
        case Command.AttachSession attach ->
            throw ProtocolViolation.invalid(
                "AttachSession is legal only as the first command of a call");
      }
    }

    private void cancel(Attachment current, Command.CancelStep cancel, String commandId) {
      Session session = slot.working("CancelStep");
      Failure refused = session.attempts().cancel(cancel.step(), cancel.attempt());
      StepResult ended = session.attempts().result(cancel.step(), cancel.attempt());
      if (refused != null) {
        reject(current, refused, commandId);
      } else if (ended != null) {
        current.send(new Event.StepEnded(ended), commandId);
      }
    }

    private void release(Command.ReleaseOutputs release, String commandId) {
      try {
        slot.working("ReleaseOutputs").release(release.steps(), commandId);
      } catch (IOException e) {
        LOG.warn("outputs could not be released: {}", e.getMessage());
      }
    }

    private void reject(Attachment current, Failure failure, String commandId) {
      current.send(new Event.CommandRejected(failure), commandId);
    }
  }

  private static Status superseded() {
    return Status.ABORTED.withDescription("SUPERSEDED: a newer attachment leads this session");
  }

  static Status statusOf(ProtocolViolation violation) {
    Status status =
        switch (violation.kind()) {
          case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
          case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
          case NOT_FOUND -> Status.NOT_FOUND;
          case BUSY, EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
          case DATA_LOSS -> Status.DATA_LOSS;
          case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
          case UNAVAILABLE -> Status.UNAVAILABLE;
        };
    return status.withDescription(violation.getMessage());
  }
}
