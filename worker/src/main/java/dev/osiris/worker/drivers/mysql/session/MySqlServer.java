package dev.osiris.worker.drivers.mysql.session;

import dev.osiris.driver.StepContext;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.unit.DurationText;
import dev.osiris.unit.Secret;
import java.net.Socket;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Connection;
import org.mariadb.jdbc.Driver;
import org.mariadb.jdbc.HostAddress;

/** One server as a step's connection names it, and how to get a session there. */
public record MySqlServer(ConnectionSpec spec, MySqlFailures failures) {

  private static final String OPTION = "options.";
  private static final int CONNECT_MILLIS = 10_000;

  /** None of them lets a server that nobody has verified learn the password. */
  private static final String SAFE_LOGINS =
      "mysql_native_password,client_ed25519,parsec,caching_sha2_password,sha256_password";

  private static final String TRUSTING_LOGINS = SAFE_LOGINS + ",dialog,mysql_clear_password";

  /** What a session is for. */
  public enum Purpose {
    READ,
    /** The one purpose for which a server may be sent a file, which is always our own stream. */
    WRITE
  }

  /** The server of a step's connection. */
  public static MySqlServer of(StepContext context) {
    ConnectionSpec spec =
        context
            .connection()
            .orElseThrow(() ->
                StepException.of(
                    FailureCode.CONFIG_INVALID,
                    "the step has no connection",
                    "name one, such as connection: \"@mysql.main\""));
    return new MySqlServer(
        spec,
        new MySqlFailures(
            "the MySQL server at "
                + spec.fields().get("host")
                + ":"
                + spec.fields().getOrDefault("port", "3306")
                + "/"
                + spec.fields().getOrDefault("database", "")));
  }

  /** The database of the connection. */
  public String database() {
    return spec.fields().getOrDefault("database", "");
  }

  /** Variables that the connection sets in each session. */
  Map<String, String> variables() {
    Map<String, String> variables = new TreeMap<>();
    spec.fields()
        .forEach((name, value) -> {
          if (name.startsWith(OPTION)) {
            variables.put(name.substring(OPTION.length()), value);
          }
        });
    return variables;
  }

  /**
   * A session in UTC and UTF-8, with the variables of the connection.
   *
   * @throws StepException {@code CONNECTION_FAILED}, {@code AUTHENTICATION_FAILED}
   */
  public MySqlSession connect(Purpose purpose) {
    String mode = spec.fields().getOrDefault("ssl_mode", "preferred");
    try {
      return switch (mode) {
        case "disabled" -> connect(purpose, "disable");
        case "required" -> connect(purpose, "trust");
        case "verify_ca" -> connect(purpose, "verify-ca");
        case "verify_identity" -> connect(purpose, "verify-full");
        default -> preferred(purpose);
      };
    } catch (SQLException e) {
      throw failures.ofConnecting(e);
    }
  }

  /** With TLS where the server has it. */
  private MySqlSession preferred(Purpose purpose) throws SQLException {
    try {
      return connect(purpose, "trust");
    } catch (SQLException noTls) {
      // 08000 is also the state of a server that is not there, which then fails once more.
      // The library's own failures have a number of 0 or less.
      if (!"08000".equals(noTls.getSQLState()) || noTls.getErrorCode() > 0) {
        throw noTls;
      }
      return connect(purpose, "disable");
    }
  }

  private MySqlSession connect(Purpose purpose, String sslMode) throws SQLException {
    try {
      Connection connection = Driver.connect(options(purpose, sslMode));
      return MySqlSession.begin(this, connection, OpenSockets.take());
    } catch (SQLException e) {
      Socket begun = OpenSockets.take();
      MySqlSession.closeQuietly(begun);
      throw e;
    }
  }

  private Configuration options(Purpose purpose, String sslMode) throws SQLException {
    Map<String, String> fields = spec.fields();
    boolean verified = sslMode.startsWith("verify");
    Configuration.Builder options =
        // What a new Builder builds lacks the options that it has no method for.
        Configuration.parse("jdbc:mariadb://localhost/").toBuilder()
            .addresses(
                HostAddress.from(
                    fields.getOrDefault("host", "localhost"),
                    Integer.parseInt(fields.getOrDefault("port", "3306"))))
            .user(fields.get("user"))
            .password(secret("password"))
            .database(database().isEmpty() ? null : database())
            .connectTimeout(millis(fields.get("connect_timeout"), CONNECT_MILLIS))
            .socketTimeout(millis(fields.get("read_timeout"), 0))
            .socketFactory(OpenSockets.class.getName())
            .sslMode(sslMode)
            .tlsSocketType(PemTls.TYPE)
            .restrictedAuth(verified ? TRUSTING_LOGINS : SAFE_LOGINS)
            // The key that encrypts the password comes over TLS, or from a server to which the user
            // has said that TLS may be missing.
            .allowPublicKeyRetrieval(sslMode.equals("disable"))
            .allowLocalInfile(purpose == Purpose.WRITE)
            .allowMultiQueries(false)
            .permitRedirect(false)
            .connectionAttributes("program_name:osiris");
    if (fields.containsKey("ssl_ca_pem")) {
      options.serverSslCert(fields.get("ssl_ca_pem"));
    }
    if (fields.containsKey("ssl_cert_pem")) {
      options.keyStore(fields.get("ssl_cert_pem")).keyPassword(secret("ssl_key_pem"));
    }
    return options.build();
  }

  private @Nullable String secret(String name) {
    Secret secret = spec.secrets().get(name);
    return secret == null ? null : secret.reveal();
  }

  private static int millis(@Nullable String text, int absent) {
    if (text == null) {
      return absent;
    }
    boolean seconds = text.chars().allMatch(Character::isDigit);
    return Math.toIntExact(DurationText.parse(seconds ? text + "s" : text).toMillis());
  }
}
