package dev.osiris.worker.database;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.spec.InvalidKeySpecException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why no connection came about, by what lies beneath the exception of a server's library. */
public final class NoConnection {

  private static final int DEEPEST = 20;

  private NoConnection() {}

  /**
   * What went wrong before a server could say anything itself.
   *
   * @param server for people, without secrets
   * @return empty where it has said something, or nothing tells what it was
   */
  public static Optional<Failure> of(String server, SQLException exception) {
    @Nullable Throwable cause = exception;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      Optional<Failure> found = ofCause(server, cause);
      if (found.isPresent()) {
        return found;
      }
      cause = cause.getCause();
    }
    return ofText(server, exception);
  }

  private static Optional<Failure> ofCause(String server, Throwable cause) {
    return switch (cause) {
      case UnknownHostException e ->
          failed(
              server + " has no address: its name is not known in the sandbox",
              "correct 'host' of the connection, or run where the name is known");
      case ConnectException e when text(e).contains("refused") ->
          failed(
              server + " cannot be reached: nothing listens there",
              "check 'host' and 'port' of the connection, as seen from the sandbox, and whether the"
                  + " server runs");
      case ConnectException e -> unreachable(server);
      case NoRouteToHostException e -> unreachable(server);
      case SocketTimeoutException e -> silent(server);
      case SSLException e -> untrusted(server);
      case InvalidKeySpecException e ->
          Optional.of(
              Failure.of(
                      FailureCode.CONFIG_INVALID,
                      "the key that is to be shown to " + server + " cannot be read")
                  .advise("give 'sslkey' ('ssl_key') as an unencrypted PKCS #8 PEM"));
      case GeneralSecurityException e -> untrusted(server);
      default -> Optional.empty();
    };
  }

  /** Where a library throws its own exception alone. */
  private static Optional<Failure> ofText(String server, SQLException exception) {
    String text = text(exception);
    if (!String.valueOf(exception.getSQLState()).startsWith("08")) {
      return Optional.empty();
    }
    if (text.contains("timed out")) {
      return silent(server);
    }
    if (text.contains("hostname")) {
      return untrusted(server);
    }
    if (text.contains("ssl")) {
      return lasting(
          server + " offers no TLS, which the connection asks for",
          "turn TLS on at the server, or ask for less with 'sslmode' ('ssl_mode')");
    }
    return Optional.empty();
  }

  private static String text(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT);
  }

  private static Optional<Failure> unreachable(String server) {
    return failed(
        server + " cannot be reached: no way leads there",
        "check 'host' of the connection and the network of the sandbox");
  }

  private static Optional<Failure> silent(String server) {
    return failed(
        server + " does not answer in time",
        "check host, port and firewalls on the way from the sandbox, or raise 'connect_timeout'");
  }

  private static Optional<Failure> untrusted(String server) {
    return lasting(
        server + " is not trusted: no TLS came about that the connection accepts",
        "check the certificates of the connection (sslrootcert, ssl_ca), and that 'host' is a name"
            + " in the server's certificate");
  }

  private static Optional<Failure> failed(String message, String advice) {
    return Optional.of(Failure.of(FailureCode.CONNECTION_FAILED, message).advise(advice));
  }

  /** What another attempt would meet again. */
  private static Optional<Failure> lasting(String message, String advice) {
    return Optional.of(
        new Failure(FailureCode.CONNECTION_FAILED, message, false, advice, Failure.Where.NOWHERE));
  }
}
