package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Column;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.StepSucceeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the predecessor got wrong with data, a test each, through a real worker. The comments name
 * what set the defect off there; those of the protocol are in {@link ProtocolRegressionsIT}.
 */
@ExtendWith(LeakCheck.class)
class RegressionsIT {

  /** Far more than any reader looks at before it decides on types. */
  private static final int MANY = 60_000;

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static WorkerProcess worker;
  private static RawSession session;

  @BeforeAll
  static void open() {
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "regressions", folder);
  }

  @AfterAll
  static void close() {
    session.close();
    worker.close();
  }

  // Any real run: the context that drivers got lacked the method that all of them called.
  @Test
  void pipeline_runsFromCsvThroughSqlToCsv() {
    Project project = Project.in(folder);
    project.file("orders.csv", "day,total\n2024-03-01,10\n2024-03-01,5\n2024-03-02,7\n");
    CliResult result =
        project
            .run(
                """
                - {id: read, component: filesystem.csv_extractor, config: {path: orders.csv}}
                - id: by_day
                  component: duckdb.processor
                  config: {query: "SELECT day, sum(total) AS total FROM df_read GROUP BY day ORDER BY day"}
                - {id: write, component: filesystem.csv_writer, config: {path: out/by_day.csv}}
                """)
            .succeeded();

    assertThat(project.read("out/by_day.csv"))
        .isEqualTo("day,total\n2024-03-01,15\n2024-03-02,7\n");
    assertThat(result.step("read").path("outputs").path("rows").asInt()).isEqualTo(3);
    assertThat(result.step("write").path("written").path(0).path("rows").asInt()).isEqualTo(2);
  }

  // A step id with a hyphen or a keyword of SQL: a parser error.
  @Test
  void stepIds_mayHoldHyphensKeywordsSpacesAndAnyScript() {
    for (String id :
        List.of("read-orders", "select", "größe", "table", "two words", "v1.2", "注文")) {
      session.succeed(Commands.sql(id, "SELECT 1 AS n"));
      String next = "after " + id;
      session.succeed(Commands.sql(next, "SELECT n + 1 AS n FROM \"" + id + "\"", id));
      assertThat(session.query("SELECT n FROM \"" + next + "\"")).containsExactly(List.of("2"));
      assertThat(session.directory().resolve("data/" + id + ".duckdb")).isRegularFile();
    }
  }

  // The same step twice: the table existed already.
  @Test
  void step_replacesItsOutput_whenItRunsAgain() {
    session.succeed(Commands.sql("again", "SELECT 1 AS n"));
    session.succeed(Commands.sql("again", "SELECT 2 AS n, 'x' AS more").setAttempt("2"));

    assertThat(session.query("SELECT n, more FROM again")).containsExactly(List.of("2", "x"));
    assertThat(session.directory().resolve("data/again.duckdb")).isRegularFile();
  }

  // A CSV file with headers only: its columns were lost, a placeholder took their place.
  @Test
  void csvWithHeadersOnly_keepsItsColumns() {
    StepSucceeded read = csv("id,name,größe\n");

    assertThat(columns(read)).containsExactly("id VARCHAR", "name VARCHAR", "größe VARCHAR");
    assertThat(read.getOutputs().getTables(0).getRows()).isZero();
    StepSucceeded next =
        session.succeed(
            Commands.sql(
                "empty" + NEXT.incrementAndGet(), "SELECT * FROM input_df", read.getStepId()));
    assertThat(columns(next)).isEqualTo(columns(read));
  }

  // Numbers for a whole chunk, then a text: a conversion error, and the rows before it stayed.
  @Test
  void csvColumn_isText_whenATextComesAfterManyNumbers() {
    StepSucceeded read = csv("id,v\n" + rows(MANY, i -> i + "," + i) + MANY + ",n/a-late\n");

    assertThat(columns(read)).containsExactly("id BIGINT", "v VARCHAR");
    assertThat(read.getOutputs().getTables(0).getRows()).isEqualTo(MANY + 1);
    assertThat(one(read, "SELECT v FROM t WHERE id = " + MANY)).isEqualTo("n/a-late");
    assertThat(one(read, "SELECT v FROM t WHERE id = 7")).isEqualTo("7");
  }

  // Nothing for a whole chunk, then a text: an error.
  @Test
  void csvColumn_isText_whenATextComesAfterManyNulls() {
    StepSucceeded read = csv("id,v\n" + rows(MANY, i -> i + ",") + MANY + ",late\n");

    assertThat(columns(read)).containsExactly("id BIGINT", "v VARCHAR");
    assertThat(one(read, "SELECT count(v) FROM t")).isEqualTo("1");
  }

  // Whole numbers, then a fraction: rounded in silence.
  @Test
  void csvColumn_keepsAFraction_thatComesAfterManyWholeNumbers() {
    StepSucceeded read = csv("id,v\n" + rows(MANY, i -> i + ",1") + MANY + ",199.5\n");

    assertThat(columns(read)).containsExactly("id BIGINT", "v DOUBLE");
    assertThat(one(read, "SELECT sum(v) FROM t")).isEqualTo(MANY + 199.5 + "");
  }

  // Codes with leading zeros became numbers.
  @Test
  void csvColumn_keepsLeadingZeros() {
    StepSucceeded read = csv("code,amount\n" + rows(MANY, i -> "1234,12.50") + "01234,1\n");

    assertThat(columns(read)).containsExactly("code VARCHAR", "amount DOUBLE");
    assertThat(one(read, "SELECT count(*) FROM t WHERE code = '01234'")).isEqualTo("1");
    assertThat(one(read, "SELECT count(*) FROM t WHERE code = '1234'")).isEqualTo("" + MANY);
  }

  // A later page with its keys in another order: values in wrong columns, without an error.
  @Test
  void csvFiles_areMatchedByName_whenTheirColumnsAreOrderedDifferently() throws Exception {
    Files.createDirectories(folder.resolve("pages"));
    Files.writeString(folder.resolve("pages/1.csv"), "id,name,city\n1,Ann,Oslo\n");
    Files.writeString(folder.resolve("pages/2.csv"), "city,id,name\nRome,2,Bob\n");
    StepSucceeded read = extract("filesystem.csv_extractor", Json.object("path", "pages/*.csv"));

    assertThat(session.query("SELECT id, name, city FROM \"" + read.getStepId() + "\" ORDER BY id"))
        .containsExactly(List.of("1", "Ann", "Oslo"), List.of("2", "Bob", "Rome"));
  }

  // A later page with a key more: a binder error.
  @Test
  void csvFiles_areUnitedByName_whenALaterOneHasAColumnMore() throws Exception {
    Files.createDirectories(folder.resolve("more"));
    Files.writeString(folder.resolve("more/1.csv"), "id,name\n1,Ann\n");
    Files.writeString(folder.resolve("more/2.csv"), "id,name,extra\n2,Bob,yes\n");
    StepSucceeded read = extract("filesystem.csv_extractor", Json.object("path", "more/*.csv"));

    assertThat(
            session.query("SELECT id, name, extra FROM \"" + read.getStepId() + "\" ORDER BY id"))
        .containsExactly(List.of("1", "Ann", "NULL"), List.of("2", "Bob", "yes"));
  }

  // Two upstreams: only the last was visible, as 'table'; of several needs only the first became an
  // input (P6).
  @Test
  void step_seesAllItsInputs_byName() {
    session.succeed(Commands.sql("left-one", "SELECT 1 AS id, 'l' AS l"));
    session.succeed(Commands.sql("right.one", "SELECT 1 AS id, 'r' AS r"));
    session.succeed(Commands.sql("third", "SELECT 1 AS id, 't' AS t"));
    session.succeed(
        Commands.sql(
            "all-three",
            "SELECT l, r, t FROM \"left-one\" JOIN df_right_one USING (id) JOIN third USING (id)",
            "left-one",
            "right.one",
            "third"));

    assertThat(session.query("SELECT l, r, t FROM \"all-three\""))
        .containsExactly(List.of("l", "r", "t"));
  }

  // A query with several statements: all ran, writing files included.
  @Test
  void queryWithSeveralStatements_isRefusedWhole() {
    Path target = folder.resolve("stolen.csv");
    var failed =
        session.fail(Commands.sql("several", "SELECT 1 AS n; COPY (SELECT 1) TO '" + target + "'"));

    assertThat(failed.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_SQL_REFUSED);
    assertThat(failed.getFailure().getMessage()).contains("SELECT");
    assertThat(target).doesNotExist();
    assertThat(session.directory().resolve("data/several.duckdb")).doesNotExist();
  }

  // A writer's path of ../../x: written.
  @Test
  void writer_isRefused_whenItsPathLeadsOutOfWhatWasGranted() {
    session.succeed(Commands.sql("to-write", "SELECT 1 AS n"));
    var failed =
        session.fail(
            Commands.step(
                    "outside", "filesystem.csv_writer", Json.object("path", "../../escaped.csv"))
                .addInputs(Commands.input("input", "to-write", "")));

    assertThat(failed.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_PATH_REFUSED);
    assertThat(folder.resolve("../../escaped.csv").normalize()).doesNotExist();
  }

  // The writer held the whole table in memory: 1.3 GB for 5 M rows.
  @Test
  void writer_staysSmall_whateverTheSizeOfItsTable() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (WorkerProcess tight =
            WorkerProcess.below(small.resolve("sessions")).memory("256m").cpus(1).start();
        RawSession big = RawSession.open(tight, "big", small)) {
      big.succeed(
          Commands.sql(
              "rows",
              "SELECT range AS id, 'row number ' || range || ' of a table that does not fit' AS text FROM range(5000000)"));
      StepSucceeded written =
          big.succeed(
              Commands.step("write", "filesystem.csv_writer", Json.object("path", "big.csv"))
                  .addInputs(Commands.input("input", "rows", "")));

      assertThat(written.getWritten(0).getRows()).isEqualTo(5_000_000);
      assertThat(Files.size(small.resolve("big.csv"))).isGreaterThan(256L << 20);
      long peak =
          big.stream().received().stream()
              .filter(event -> event.hasHeartbeat())
              .mapToLong(event -> event.getHeartbeat().getMemoryBytes())
              .max()
              .orElse(0);
      assertThat(Math.max(peak, anonymousBytes(tight))).isLessThan(256L << 20);
    }
  }

  // The run card said the run had failed when it had not: status and report must agree on rows and
  // outcome.
  @Test
  void statusReportAndJournal_agree() {
    Project project = Project.in(folder);
    CliResult result =
        project
            .run(
                """
                - {id: made, component: duckdb.processor, config: {query: SELECT range AS n FROM range(17)}}
                - {id: written, component: filesystem.csv_writer, config: {path: out.csv}}
                """)
            .succeeded();

    JsonNode status = Json.read(result.sessionDir().resolve("status.json"));
    assertThat(status.path("status").asText()).isEqualTo("succeeded");
    assertThat(status.path("steps")).isEqualTo(result.json().path("steps"));
    assertThat(result.step("made").path("outputs").path("rows").asInt()).isEqualTo(17);
    List<JsonNode> journal = Json.lines(result.sessionDir().resolve("logs/events.jsonl"));
    assertThat(journal.stream().filter(line -> line.has("step_succeeded"))).hasSize(2);
    assertThat(journal.getLast().has("session_closed")).isTrue();
  }

  private static long anonymousBytes(WorkerProcess process) throws Exception {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    }
  }

  private static String rows(int count, java.util.function.IntFunction<String> row) {
    return IntStream.range(0, count).mapToObj(row).collect(Collectors.joining("\n", "", "\n"));
  }

  private static StepSucceeded csv(String text) {
    String name = "in" + NEXT.incrementAndGet() + ".csv";
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return extract("filesystem.csv_extractor", Json.object("path", name));
  }

  private static StepSucceeded extract(String component, String config) {
    RunStep.Builder step = Commands.step("read" + NEXT.incrementAndGet(), component, config);
    return session.succeed(step);
  }

  private static List<String> columns(StepSucceeded step) {
    return step.getOutputs().getTables(0).getColumnsList().stream()
        .map(RegressionsIT::column)
        .toList();
  }

  private static String column(Column column) {
    return column.getName() + " " + column.getType();
  }

  /** The one value of a query over the step's table, called t. */
  private static String one(StepSucceeded step, String query) {
    return session
        .query(query.replace("FROM t", "FROM \"" + step.getStepId() + "\""))
        .getFirst()
        .getFirst();
  }
}
