package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.StepContext;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.unit.DurationText;
import dev.osiris.unit.Secret;
import dev.osiris.worker.database.SqlFailures;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/** One server as a step's connection names it, and how to get a session there. */
public record PostgresServer(ConnectionSpec spec, SqlFailures failures) {

  private static final String OPTION = "options.";
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** The server of a step's connection. */
  public static PostgresServer of(StepContext context) {
    ConnectionSpec spec =
        context
            .connection()
            .orElseThrow(() ->
                StepException.of(
                    FailureCode.CONFIG_INVALID,
                    "the step has no connection",
                    "name one, such as connection: \"@postgres.main\""));
    return new PostgresServer(
        spec,
        new SqlFailures(
            "PostgreSQL at "
                + spec.fields().get("host")
                + ":"
                + spec.fields().getOrDefault("port", "5432")
                + "/"
                + spec.fields().getOrDefault("database", "")));
  }

  /** Where tables are that are named without a schema. */
  public String schema() {
    return spec.fields().getOrDefault("schema", "public");
  }

  /**
   * A session in UTC and UTF-8, with the settings of the connection.
   *
   * @throws StepException {@code CONNECTION_FAILED}, {@code AUTHENTICATION_FAILED}
   */
  public PgConnection connect() {
    String url =
        "jdbc:postgresql://"
            + bracketed(spec.fields().getOrDefault("host", "localhost"))
            + ":"
            + spec.fields().getOrDefault("port", "5432")
            + "/";
    try {
      Connection connection = DriverManager.getConnection(url, properties());
      PgConnection session = connection.unwrap(PgConnection.class);
      try (Statement statement = session.createStatement()) {
        statement.execute(settings());
      } catch (SQLException e) {
        session.close();
        throw e;
      }
      return session;
    } catch (SQLException e) {
      throw failures.ofConnecting(e);
    }
  }

  /** Ends a session's statement and the session. Returns at once, from any thread. */
  public static void abort(PgConnection session) {
    Thread.ofPlatform()
        .daemon()
        .name("osiris-postgres-abort")
        .start(() -> {
          try {
            session.cancelQuery();
          } catch (SQLException unreachable) {
            // The socket's end says it as well, only later.
          } finally {
            try {
              session.abort(Executors.newVirtualThreadPerTaskExecutor());
            } catch (SQLException closed) {
              // It is what was wanted.
            }
          }
        });
  }

  private Properties properties() {
    Properties properties = new Properties();
    Map<String, String> fields = spec.fields();
    put(properties, "PGDBNAME", fields.get("database"));
    put(properties, "user", fields.get("user"));
    put(properties, "password", secret("password"));
    put(properties, "ApplicationName", fields.getOrDefault("application_name", "osiris"));
    String sslmode = fields.getOrDefault("sslmode", "prefer");
    put(properties, "sslmode", sslmode);
    put(properties, "connectTimeout", seconds(fields.get("connect_timeout")));
    put(properties, "loginTimeout", seconds(fields.get("connect_timeout")));
    put(properties, "tcpKeepAlive", "true");
    put(properties, "readOnlyMode", "always");
    put(
        properties,
        "binaryTransferEnable",
        ResultRows.BINARY.stream().map(String::valueOf).collect(Collectors.joining(",")));
    // Of results only, not of COPY: as many rows as fit.
    put(properties, "maxResultBuffer", String.valueOf(Runtime.getRuntime().maxMemory() / 8));
    put(properties, "adaptiveFetch", "true");
    put(properties, PemSocketFactory.AUTHORITIES, fields.get("sslrootcert_pem"));
    put(properties, PemSocketFactory.CERTIFICATE, fields.get("sslcert_pem"));
    put(properties, PemSocketFactory.KEY, secret("sslkey_pem"));
    // Without an authority any server is trusted, as the modes up to 'require' mean it: by the JDBC
    // driver's own factory, or by ours where there is a certificate to show.
    if (fields.containsKey("sslrootcert_pem")
        || fields.containsKey("sslcert_pem")
        || sslmode.startsWith("verify")) {
      put(properties, "sslfactory", PemSocketFactory.class.getName());
    }
    return properties;
  }

  private String settings() {
    StringBuilder sql = new StringBuilder("SET TimeZone = 'UTC'; SET extra_float_digits = 1");
    @Nullable String timeout = spec.fields().get("statement_timeout");
    if (timeout != null) {
      sql.append("; SET statement_timeout = ").append(DurationText.parse(timeout).toMillis());
    }
    spec.fields()
        .forEach((name, value) -> {
          if (name.startsWith(OPTION)) {
            sql.append("; SELECT set_config(")
                .append(Sql.text(name.substring(OPTION.length())))
                .append(", ")
                .append(Sql.text(value))
                .append(", false)");
          }
        });
    return sql.toString();
  }

  private @Nullable String secret(String name) {
    Secret secret = spec.secrets().get(name);
    return secret == null ? null : secret.reveal();
  }

  private static void put(Properties properties, String name, @Nullable String value) {
    if (value != null) {
      properties.setProperty(name, value);
    }
  }

  private static String seconds(@Nullable String text) {
    if (text == null) {
      return String.valueOf(CONNECT.toSeconds());
    }
    return text.chars().allMatch(Character::isDigit)
        ? text
        : String.valueOf(Math.max(1, DurationText.parse(text).toSeconds()));
  }

  private static String bracketed(String host) {
    return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
  }
}
