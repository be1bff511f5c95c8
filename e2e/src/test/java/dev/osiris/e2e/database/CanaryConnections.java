package dev.osiris.e2e.database;

import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.DatabaseServer;
import dev.osiris.e2e.harness.database.MariaDbServer;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.host.sandbox.EphemeralCertificate;
import dev.osiris.wire.v1.RunStep;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Connections to real servers with a canary in every secret of theirs. */
final class CanaryConnections {

  static final String PASSWORD = "Kanar1e p@ss/w:rd$1";
  static final String OTHER = "Kanar1e-wr0ng";

  /** What the connections take from the environment. */
  static final Map<String, String> VARIABLES =
      Map.of(
          "CANARY",
          PASSWORD,
          "CANARY_ENCODED",
          URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8).replace("+", "%20"),
          "OTHER",
          OTHER);

  /** Connections that lead nowhere; {@code main} and {@code address} do. */
  static final List<String> WRONG =
      List.of("password", "nowhere", "closed", "unknown", "key", "authority");

  private static final AtomicInteger NEXT = new AtomicInteger();

  /**
   * What the fields of a family are called.
   *
   * <p>Its {@code slow} is a query of one row that takes a second.
   */
  enum Family {
    POSTGRES("postgresql", "ssl", "", "SELECT 1 AS v FROM pg_sleep(1)"),
    SUPABASE("postgresql", "ssl", "pg_", "SELECT 1 AS v FROM pg_sleep(1)"),
    MYSQL("mysql", "ssl_", "", "SELECT 1 + SLEEP(1) AS v");

    final String scheme;
    final String tls;
    final String prefix;
    final String slow;

    Family(String scheme, String tls, String prefix, String slow) {
      this.scheme = scheme;
      this.tls = tls;
      this.prefix = prefix;
      this.slow = slow;
    }

    DatabaseServer server() {
      return this == MYSQL ? MariaDbServer.shared() : PostgresServer.shared();
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private CanaryConnections() {}

  /** A step on a session of its own, with TLS that both sides verify. */
  static RunStep.Builder step(
      Family family, Database database, String component, String config, String password)
      throws IOException {
    String id = component + NEXT.incrementAndGet();
    RunStep.Builder step =
        DatabaseSteps.step(database, id, family.word() + "." + component, config);
    EphemeralCertificate pair = database.server().client();
    boolean mysql = family == Family.MYSQL;
    step.getConnectionBuilder()
        .putFields(mysql ? "ssl_mode" : "sslmode", mysql ? "verify_identity" : "verify-full")
        .putFields(
            mysql ? "ssl_ca_pem" : "sslrootcert_pem",
            Files.readString(database.server().certificate()))
        .putFields(family.tls + "cert_pem", pair.certificate())
        .getSecretsBuilder()
        .putValues("password", password)
        .putValues(family.tls + "key_pem", pair.key());
    return step;
  }

  /** Writes the connections of a project. Returns a command line that knows their variables. */
  static Cli cli(Project project, Family family, Database database) {
    EphemeralCertificate pair = database.server().client();
    project.file("client.crt", pair.certificate());
    project.file("client.key", "Kanar1e-comment\n" + pair.key());
    String address = database.server().address().toString();
    Map<String, String> fields = new HashMap<>();
    fields.put("host", database.server().address().host());
    fields.put("port", "" + database.server().address().port());
    fields.put("database", database.name());
    fields.put("user", database.user());
    fields.put("password", "${CANARY}");
    StringBuilder file = new StringBuilder("version: 1\nconnections:\n  " + family.word() + ":\n");
    String more = family == Family.SUPABASE ? ", key: \"${OTHER}\", anon_key: \"${OTHER}\"" : "";
    String key =
        ", %1$scert: client.crt, %1$skey: client.key, %2$s: \"%3$s\""
            .formatted(
                family.tls,
                family == Family.MYSQL ? "ssl_ca" : "sslrootcert",
                database.server().certificate());
    file.append(alias("main", family, fields, more + key));
    file.append(alias("password", family, with(fields, "password", "${OTHER}"), more));
    file.append(alias("nowhere", family, with(fields, "host", "nowhere.invalid"), key));
    file.append(alias("closed", family, with(fields, "port", "1"), more));
    file.append(alias("unknown", family, with(fields, "database", "nothing_there"), more));
    String text = ", %1$scert: client.crt, %1$skey_pem: \"${CANARY}\"".formatted(family.tls);
    file.append(alias("key", family, fields, text));
    String authority = (family == Family.MYSQL ? "ssl_ca" : "sslrootcert") + "_pem";
    file.append(alias("authority", family, fields, ", " + authority + ": nobody"));
    file.append(
        "    address: {%sdsn: \"%s://%s:${CANARY_ENCODED}@%s/%s\"}\n"
            .formatted(family.prefix, family.scheme, database.user(), address, database.name()));
    project.file("osiris_connections.yaml", file.toString());
    Cli cli = new Cli().in(project.folder());
    for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
      cli = cli.with(variable.getKey(), variable.getValue());
    }
    return cli;
  }

  private static String alias(String name, Family family, Map<String, String> fields, String more) {
    List<String> written = new ArrayList<>();
    fields.forEach((field, value) -> written.add(family.prefix + field + ": \"" + value + "\""));
    return "    " + name + ": {" + String.join(", ", written) + more + "}\n";
  }

  private static Map<String, String> with(Map<String, String> fields, String field, String value) {
    Map<String, String> changed = new HashMap<>(fields);
    changed.put(field, value);
    return changed;
  }

  /** Lets the database's user log in with {@link #PASSWORD} from now on. */
  static void giveCanaryAsPassword(Database database) throws Exception {
    try (Connection admin = database.server().connectAsAdmin();
        Statement statement = admin.createStatement()) {
      statement.execute(
          database.server() instanceof MariaDbServer
              ? "ALTER USER %s@'%%' IDENTIFIED BY '%s'".formatted(database.user(), PASSWORD)
              : "ALTER ROLE %s PASSWORD '%s'".formatted(database.user(), PASSWORD));
    }
  }

  /** The mark in every secret, and each line of the key. */
  static List<String> canaries(EphemeralCertificate pair) {
    return Stream.concat(
            Stream.of("Kanar1e"),
            pair.key().lines().filter(line -> !line.startsWith("-----") && line.length() >= 16))
        .toList();
  }
}
