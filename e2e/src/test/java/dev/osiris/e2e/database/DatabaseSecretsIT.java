package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.CanarySearch;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.DatabaseServer;
import dev.osiris.e2e.harness.database.MariaDbServer;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.host.sandbox.EphemeralCertificate;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunStep;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A canary in every secret field of the connections to real servers, while steps succeed and while
 * they fail in each way that a server knows; then every byte that was left behind is searched.
 */
@ExtendWith(LeakCheck.class)
class DatabaseSecretsIT {

  private static final String PASSWORD = "Kanar1e p@ss/w:rd$1";
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final String OTHER = "Kanar1e-wr0ng";

  /** What a session has that logs in as the table says, and what its fields are called. */
  enum Family {
    POSTGRES("postgresql", "ssl", "", "pg_sleep(1)"),
    SUPABASE("postgresql", "ssl", "pg_", "pg_sleep(1)"),
    MYSQL("mysql", "ssl_", "", "SLEEP(1)");

    final String scheme;
    final String tls;
    final String prefix;
    final String sleep;

    Family(String scheme, String tls, String prefix, String sleep) {
      this.scheme = scheme;
      this.tls = tls;
      this.prefix = prefix;
      this.sleep = sleep;
    }

    DatabaseServer server() {
      return this == MYSQL ? MariaDbServer.shared() : PostgresServer.shared();
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void secrets_areInNothingThatIsLeftBehind_whateverBecomesOfTheRun(Family family)
      throws Exception {
    try (Database database = family.server().newDatabase()) {
      database.execute("CREATE TABLE narrow (v int NOT NULL)");
      giveCanaryAsPassword(database);
      EphemeralCertificate pair = database.server().client();
      CanarySearch search = new CanarySearch(canaries(pair));
      Project project = Project.in(folder);
      Cli cli = connect(project, family, database, pair);

      StringBuilder printed = new StringBuilder();
      try (CanarySearch.Watch watch = search.processes()) {
        for (String alias : List.of("main", "address")) {
          CliResult good = run(cli, project, family, alias, "SELECT 1 AS v, " + family.sleep, "");
          good.succeeded();
          printed.append(good.stdout()).append(good.stderr());
        }
        Map<String, CliResult> failed = failures(cli, project, family);
        failed.forEach((why, result) -> {
          assertThat(result.exit()).as(why + "\n" + result.stderr()).isEqualTo(1);
          printed.append(result.stdout()).append(result.stderr());
        });
        CliResult doctor = cli.run("connections", "doctor", "--json", "--memory", "256m");
        CliResult list = cli.run("connections", "list");
        assertThat(doctor.exit()).isEqualTo(1);
        printed.append(doctor.stdout()).append(doctor.stderr()).append(list.succeeded().stdout());
        watch.sawNone();
      }

      search.in("stdout and stderr", printed.toString());
      search.below(project.sessions());
      assertThat(project.sessions()).isDirectoryRecursivelyContaining("glob:**.duckdb");
    }
  }

  @ParameterizedTest
  @EnumSource
  void secrets_areNotInTheStreamOfAStep_norInWhatTheWorkerPrints(Family family) throws Exception {
    try (Database database = family.server().newDatabase();
        WorkerProcess worker = WorkerProcess.below(folder.resolve("raw")).start()) {
      giveCanaryAsPassword(database);
      CanarySearch search = new CanarySearch(canaries(database.server().client()));
      RawSession session = RawSession.open(worker, "secrets", folder);
      for (String component : List.of("doctor", "discover", "extractor")) {
        String config = component.equals("extractor") ? "{\"query\": \"SELECT 1 AS v\"}" : "{}";
        session.succeed(step(family, database, component, config, PASSWORD));
        session.fail(step(family, database, component, config, OTHER));
      }
      session.fail(step(family, database, "extractor", "{\"query\": \"SELEKT 1\"}", PASSWORD));

      search.in("the stream", session.stream().received().toString());
      search.below(session.directory());
      session.close();
      search.below(worker.sessionRoot());
      search.in("what the worker printed", String.join("\n", worker.output()));
    }
  }

  @Test
  void refusedRow_isKeptWithoutSecrets_evenAsTheNameOfItsColumn() throws Exception {
    try (Database database = PostgresServer.shared().newDatabase();
        WorkerProcess worker = WorkerProcess.below(folder.resolve("refused")).start()) {
      database.execute("CREATE TABLE picky (\"" + PASSWORD + "\" text CHECK (false))");
      giveCanaryAsPassword(database);
      RawSession session = RawSession.open(worker, "refused", folder);
      session.succeed(Commands.sql("rows", "SELECT '" + PASSWORD + "' AS \"" + PASSWORD + "\""));
      RunStep.Builder write =
          step(Family.POSTGRES, database, "writer", "{\"table\": \"picky\"}", PASSWORD);
      write.addInputs(Commands.input("input", "rows", ""));

      Failure failure = session.fail(write).getFailure();

      assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_ROWS_REFUSED);
      CanarySearch search = new CanarySearch(List.of("Kanar1e"));
      String kept =
          Files.readString(session.directory().resolve(failure.getLocation().getRejectsPath()));
      assertThat(kept).contains("\"values\":{\"***\":\"***\"}");
      search.in("the rejects file", kept);
      search.in("the failure", failure.toString());
      session.close();
    }
  }

  private static RunStep.Builder step(
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

  /** One run for each way to fail, by what is wrong. */
  private Map<String, CliResult> failures(Cli cli, Project project, Family family) {
    Map<String, CliResult> ends = new HashMap<>();
    String one = "SELECT 1 AS v";
    for (String alias : List.of("password", "nowhere", "closed", "key", "unknown")) {
      ends.put(alias, run(cli, project, family, alias, one, ""));
    }
    ends.put("syntax", run(cli, project, family, "main", "SELEKT 1", ""));
    ends.put("table", run(cli, project, family, "main", "SELECT v FROM nowhere", ""));
    if (family != Family.MYSQL) {
      String config = "connection: '@%s.main', table: narrow".formatted(family.word());
      ends.put("refused", run(cli, project, family, "main", "SELECT NULL::int AS v", config));
    }
    return ends;
  }

  private CliResult run(
      Cli cli, Project project, Family family, String alias, String query, String written) {
    String steps =
        """
        - id: read
          component: %1$s.extractor
          config: {connection: "@%1$s.%2$s", query: "%3$s"}
        """
            .formatted(family.word(), alias, query);
    if (!written.isEmpty()) {
      steps +=
          """
          - id: write
            component: %s.writer
            needs: [read]
            config: {%s}
          """
              .formatted(family.word(), written);
    }
    return cli.run(project.arguments(project.pipeline(steps), "--verbose"));
  }

  private Cli connect(
      Project project, Family family, Database database, EphemeralCertificate pair) {
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
    file.append(
        alias(
            "key",
            family,
            fields,
            ", %1$scert: client.crt, %1$skey_pem: \"${CANARY}\"".formatted(family.tls)));
    file.append(
        "    address: {%sdsn: \"%s://%s:${CANARY_ENCODED}@%s/%s\"}\n"
            .formatted(family.prefix, family.scheme, database.user(), address, database.name()));
    project.file("osiris_connections.yaml", file.toString());
    return new Cli()
        .in(project.folder())
        .with("CANARY", PASSWORD)
        .with("CANARY_ENCODED", encoded())
        .with("OTHER", OTHER);
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

  private static void giveCanaryAsPassword(Database database) throws Exception {
    try (Connection admin = database.server().connectAsAdmin();
        Statement statement = admin.createStatement()) {
      statement.execute(
          database.server() instanceof MariaDbServer
              ? "ALTER USER %s@'%%' IDENTIFIED BY '%s'".formatted(database.user(), PASSWORD)
              : "ALTER ROLE %s PASSWORD '%s'".formatted(database.user(), PASSWORD));
    }
  }

  private static String encoded() {
    return URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The mark in every secret, and each line of the key. */
  private static List<String> canaries(EphemeralCertificate pair) {
    return Stream.concat(
            Stream.of("Kanar1e"),
            pair.key().lines().filter(line -> !line.startsWith("-----") && line.length() >= 16))
        .toList();
  }
}
