package dev.osiris.host.sandbox.remote;

import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.TlsSettings;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.unit.DurationText;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says why a worker could not be spoken to and what to do. Judges by types, never by texts. */
record Unreachable(WorkerAddress worker, Duration patience) {

  SandboxException because(Status status) {
    Throwable e = status.getCause();
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED ->
          refuse(
              e,
              worker + " did not answer within " + DurationText.of(patience),
              "Check host and port of --worker, and firewalls between.");
      case UNIMPLEMENTED ->
          refuse(e, "what listens at " + worker + " is no Osiris worker", "Check --worker.");
      default -> broken(e);
    };
  }

  private SandboxException broken(@Nullable Throwable e) {
    if (has(e, UnknownHostException.class)) {
      return refuse(
          e,
          "the host of " + worker + " has no address",
          "Check its name in --worker, or your DNS.");
    }
    if (has(e, ConnectException.class)) {
      return refuse(
          e,
          "nobody listens at " + worker,
          "Start the worker there ('docker compose up worker', see docker/README.md), and check host"
              + " and port of --worker.");
    }
    return switch (worker) {
      case WorkerAddress.Tls tls -> brokenTls(e, tls);
      case WorkerAddress.Tcp tcp ->
          refuse(
              e,
              worker + " closed the connection",
              "It may speak TLS only: write --worker "
                  + tcp.host()
                  + ":"
                  + tcp.port()
                  + ", with --tls-ca.");
      case WorkerAddress.Unix _, WorkerAddress.Streams _ ->
          refuse(e, worker + " closed the connection", "Look at what the worker printed.");
    };
  }

  private SandboxException brokenTls(@Nullable Throwable e, WorkerAddress.Tls tls) {
    if (has(e, NotSslRecordException.class)) {
      return refuse(
          e,
          "what listens at " + worker + " does not speak TLS",
          "Start the worker with --tls-cert and --tls-key. One that serves this machine alone is"
              + " --worker tcp:localhost:"
              + tls.port()
              + ".");
    }
    if (has(e, CertificateExpiredException.class)
        || has(e, CertificateNotYetValidException.class)) {
      return refuse(
          e,
          "the certificate of " + worker + " is not valid at this time" + validity(e),
          "Make the worker new keys (scripts/worker-keys); if the dates are good, set the clock.");
    }
    if (has(e, CertPathBuilderException.class) || has(e, CertPathValidatorException.class)) {
      return refuse(
          e,
          "the certificate of " + worker + " is not signed by " + authorities(tls.settings()),
          "Give the authority that the worker's keys were made with: --tls-ca FILE.");
    }
    if (has(e, CertificateException.class)) {
      return refuse(
          e,
          "the certificate of " + worker + " is for other names than this host",
          "Dial the worker by a name that its certificate holds, or make new keys with this one:"
              + " scripts/worker-keys "
              + tls.host()
              + ".");
    }
    boolean anonymous = tls.settings().client() == null;
    return refuse(
        e,
        worker
            + " broke off the TLS connection"
            + (anonymous ? "; it may require a client certificate" : ""),
        anonymous
            ? "Show it one that its authority has signed: --tls-cert FILE --tls-key FILE."
            : "Check that --tls-cert and --tls-key belong together and are signed by the authority"
                + " of the worker's --tls-client-ca.");
  }

  private static String authorities(TlsSettings settings) {
    return settings.trusted() == null
        ? "an authority that Java trusts"
        : "an authority of " + settings.trusted();
  }

  private static String validity(@Nullable Throwable e) {
    return find(e, CertPathValidatorException.class)
        .filter(found -> found.getCertPath() != null && found.getIndex() >= 0)
        .map(found -> (Certificate) found.getCertPath().getCertificates().get(found.getIndex()))
        .filter(X509Certificate.class::isInstance)
        .map(X509Certificate.class::cast)
        .map(found ->
            ", but from "
                + found.getNotBefore().toInstant()
                + " to "
                + found.getNotAfter().toInstant())
        .orElse("");
  }

  private static SandboxException refuse(@Nullable Throwable e, String message, String advice) {
    return SandboxException.cannotStart(message, advice, e);
  }

  private static boolean has(@Nullable Throwable problem, Class<? extends Throwable> type) {
    return find(problem, type).isPresent();
  }

  private static <T extends Throwable> Optional<T> find(
      @Nullable Throwable problem, Class<T> type) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }
}
