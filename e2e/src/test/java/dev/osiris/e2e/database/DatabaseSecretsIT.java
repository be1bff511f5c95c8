package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.database.CanaryConnections.Family;
import dev.osiris.e2e.harness.CanarySearch;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliProcess;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void secrets_areInNothingThatIsLeftBehind_whateverBecomesOfTheRun(Family family)
      throws Exception {
    try (Database database = family.server().newDatabase()) {
      database.execute("CREATE TABLE narrow (v int NOT NULL)");
      CanaryConnections.giveCanaryAsPassword(database);
      CanarySearch search =
          new CanarySearch(CanaryConnections.canaries(database.server().client()));
      Project project = Project.in(folder);
      Cli cli = CanaryConnections.cli(project, family, database);

      StringBuilder printed = new StringBuilder();
      try (CanarySearch.Watch watch = search.processes()) {
        for (String alias : List.of("main", "address")) {
          CliResult good = run(cli, project, family, alias, family.slow, alias).succeeded();
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
      CanaryConnections.giveCanaryAsPassword(database);
      CanarySearch search =
          new CanarySearch(CanaryConnections.canaries(database.server().client()));
      RawSession session = RawSession.open(worker, "secrets", folder);
      for (String component : List.of("doctor", "discover", "extractor")) {
        String config = component.equals("extractor") ? "{\"query\": \"SELECT 1 AS v\"}" : "{}";
        session.succeed(
            CanaryConnections.step(
                family, database, component, config, CanaryConnections.PASSWORD));
        session.fail(
            CanaryConnections.step(family, database, component, config, CanaryConnections.OTHER));
      }
      session.fail(
          CanaryConnections.step(
              family,
              database,
              "extractor",
              "{\"query\": \"SELEKT 1\"}",
              CanaryConnections.PASSWORD));

      search.in("the stream", session.stream().received().toString());
      search.below(session.directory());
      session.close();
      search.below(worker.sessionRoot());
      search.in("what the worker printed", String.join("\n", worker.output()));
    }
  }

  @Test
  void worker_inheritsNoSecretOfItsHost() throws Exception {
    try (Database database = PostgresServer.shared().newDatabase()) {
      CanaryConnections.giveCanaryAsPassword(database);
      CanarySearch search =
          new CanarySearch(CanaryConnections.canaries(database.server().client()));
      Project project = Project.in(folder);
      CanaryConnections.cli(project, Family.POSTGRES, database);
      Path pipeline = project.pipeline(steps(Family.POSTGRES, "main", "SELECT pg_sleep(60)", ""));
      List<String> environment = new ArrayList<>(List.of("env"));
      CanaryConnections.VARIABLES.forEach((name, value) -> environment.add(name + "=" + value));
      try (CliProcess host =
          CliProcess.start(
              folder.resolve("tmp"), project.arguments(pipeline, "--verbose"), environment)) {
        host.awaitStderr(line -> line.startsWith("started"));
        List<ProcessHandle> workers = host.children();
        assertThat(workers).isNotEmpty();
        for (ProcessHandle worker : workers) {
          search.inProcess(worker);
        }
        host.signal("INT");
        CliResult end = host.await();
        assertThat(end.exit()).isEqualTo(130);
        search.in("stdout and stderr of a host that was told to end", end.stdout() + end.stderr());
      }
      search.below(project.sessions());
      search.below(folder.resolve("tmp"));
    }
  }

  @Test
  void refusedRow_isKeptWithoutSecrets_evenAsTheNameOfItsColumn() throws Exception {
    try (Database database = PostgresServer.shared().newDatabase();
        WorkerProcess worker = WorkerProcess.below(folder.resolve("refused")).start()) {
      database.execute(
          "CREATE TABLE picky (\"" + CanaryConnections.PASSWORD + "\" text CHECK (false))");
      CanaryConnections.giveCanaryAsPassword(database);
      RawSession session = RawSession.open(worker, "refused", folder);
      session.succeed(
          Commands.sql(
              "rows",
              "SELECT '"
                  + CanaryConnections.PASSWORD
                  + "' AS \""
                  + CanaryConnections.PASSWORD
                  + "\""));
      RunStep.Builder write =
          CanaryConnections.step(
              Family.POSTGRES,
              database,
              "writer",
              "{\"table\": \"picky\"}",
              CanaryConnections.PASSWORD);
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

  /** One run for each way to fail, by what is wrong. */
  private Map<String, CliResult> failures(Cli cli, Project project, Family family) {
    Map<String, CliResult> ends = new HashMap<>();
    String one = "SELECT 1 AS v";
    for (String alias : CanaryConnections.WRONG) {
      ends.put(alias, run(cli, project, family, alias, one, ""));
      ends.put(alias + ", written", run(cli, project, family, "main", one, alias));
    }
    ends.put("syntax", run(cli, project, family, "main", "SELEKT 1", ""));
    ends.put("table", run(cli, project, family, "main", "SELECT v FROM nowhere", ""));
    ends.put("refused", run(cli, project, family, "main", "SELECT nullif(1, 1) AS v", "main"));
    return ends;
  }

  /**
   * Runs a query, and writes its rows where an alias is given for it.
   *
   * @param target may be empty
   */
  private static CliResult run(
      Cli cli, Project project, Family family, String source, String query, String target) {
    return cli.run(
        project.arguments(project.pipeline(steps(family, source, query, target)), "--verbose"));
  }

  private static String steps(Family family, String source, String query, String target) {
    String read =
        """
        - {id: read, component: %1$s.extractor, config: {connection: "@%1$s.%2$s", query: "%3$s"}}
        """
            .formatted(family.word(), source, query);
    return target.isEmpty()
        ? read
        : read
            + """
            - {id: write, component: %1$s.writer, config: {connection: "@%1$s.%2$s", table: narrow}}
            """
                .formatted(family.word(), target);
  }
}
