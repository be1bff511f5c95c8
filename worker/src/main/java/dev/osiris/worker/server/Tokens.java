package dev.osiris.worker.server;

import dev.osiris.session.SessionId;
import dev.osiris.unit.Secret;
import dev.osiris.wire.BearerToken;
import dev.osiris.worker.session.ProtocolViolation;
import dev.osiris.worker.session.SessionSlot;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Who may call what: health is open, everything else needs a token, and each method says which. */
final class Tokens implements ServerInterceptor {

  private static final Context.Key<Secret> PRESENTED = Context.key("osiris-token");

  private final Secret workerToken;
  private final SessionSlot slot;

  Tokens(Secret workerToken, SessionSlot slot) {
    this.workerToken = workerToken;
    this.slot = slot;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String service = String.valueOf(call.getMethodDescriptor().getServiceName());
    if (service.equals("grpc.health.v1.Health")) {
      return next.startCall(call, headers);
    }
    Secret token = BearerToken.of(headers).orElse(null);
    if (token == null || !known(token)) {
      call.close(
          Status.UNAUTHENTICATED.withDescription(
              token == null
                  ? "metadata 'authorization: Bearer <token>' is required"
                  : "the token is not valid here"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(
        Context.current().withValue(PRESENTED, token), call, headers, next);
  }

  /** The caller's token, to be asked for while the call is being set up. */
  static @Nullable Secret presented() {
    return PRESENTED.get();
  }

  void requireWorkerToken(@Nullable Secret token) {
    if (token == null || !workerToken.equals(token)) {
      throw ProtocolViolation.unauthenticated("opening a session needs the worker's token");
    }
  }

  void requireSessionToken(SessionId session, @Nullable Secret token) {
    boolean matches =
        token != null
            && slot.session(session).map(open -> open.token().equals(token)).orElse(false);
    if (!matches) {
      throw ProtocolViolation.unauthenticated("session '" + session + "' needs its own token");
    }
  }

  /** Files of a session: its own token, or the worker's while it is not open here. */
  void requireOwner(SessionId session, @Nullable Secret token) {
    if (slot.session(session).isPresent()) {
      requireSessionToken(session, token);
    } else {
      requireWorkerToken(token);
    }
  }

  private boolean known(Secret token) {
    return workerToken.equals(token)
        || slot.session().map(session -> session.token().equals(token)).orElse(false);
  }
}
