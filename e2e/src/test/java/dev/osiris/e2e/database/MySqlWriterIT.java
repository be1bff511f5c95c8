package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.FileWait;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.database.CommitProxy;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.MariaDbServer;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.StepSucceeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code mysql.writer} leaves in MariaDB, also where the server, the worker or a row is bad.
 */
@ExtendWith(LeakCheck.class)
class MySqlWriterIT {

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir Path folder;
  private Database database;
  private WorkerProcess worker;
  private RawSession session;

  @BeforeEach
  void open() throws Exception {
    database = MariaDbServer.shared().newDatabase();
    worker = WorkerProcess.below(folder.resolve("sessions")).memory("512m").start();
    session = RawSession.open(worker, "mysql", folder);
  }

  @AfterEach
  void close() throws Exception {
    if (worker.alive()) {
      session.close();
    } else {
      session.client().close();
    }
    worker.close();
    database.close();
  }

  @Test
  void append_addsRows_byName_whateverTheOrder() throws Exception {
    String table = table("id bigint PRIMARY KEY, name text, city varchar(20) DEFAULT 'here'");
    database.execute("INSERT INTO " + table + " VALUES (1, 'old', 'there')");
    StepSucceeded done =
        session.succeed(write(input("SELECT 'new' AS NAME, 2::INTEGER AS id"), table));
    assertThat(rows("SELECT * FROM " + table + " ORDER BY id"))
        .containsExactly("1|old|there", "2|new|here");
    assertThat(done.getWritten(0).getRows()).isEqualTo(1);
    assertThat(done.getWritten(0).getTarget())
        .startsWith(table + " in the MySQL server at ")
        .doesNotContain(database.password());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void values_areKept_whetherTheServerTakesFilesOrNot(boolean files) throws Exception {
    String table =
        table(
            "id int, t longtext, b longblob, d decimal(20,4), f double, g float, at datetime(6),"
                + " day date, span time(6), e enum('a','1'), s set('x','y'), bits bit(5),"
                + " big decimal(39,0), u bigint unsigned, ok tinyint(1), y year");
    String input =
        input(
            "SELECT range::INTEGER AS id, ['tab\t,nl\n,cr\r,q'',\"bs\\ é😀' || chr(0), '', NULL][range + 1] AS t,"
                + " ['\\x00\\xFF\\x09\\x0A\\x5C'::BLOB, ''::BLOB, NULL][range + 1] AS b,"
                + " [-1234567.8901, 0.5, NULL][range + 1]::DECIMAL(12,4) AS d,"
                + " [1e300, -0.1, NULL][range + 1]::DOUBLE AS f, [1.5, 0.1, NULL][range + 1]::FLOAT AS g,"
                + " [TIMESTAMP '0001-01-01 00:00:00.000001', TIMESTAMP '9999-12-31 23:59:59.999999', NULL][range + 1] AS at,"
                + " DATE '1969-12-31' AS day, to_seconds(-3020399) AS span, '1' AS e, 'y,x' AS s, '10001'::BIT AS bits,"
                + " '-170141183460469231731687303715884105728'::HUGEINT AS big, 18446744073709551615::UBIGINT AS u,"
                + " true AS ok, 1901 AS y FROM range(3)");
    takeFiles(files);
    try {
      session.succeed(write(input, table));
    } finally {
      takeFiles(true);
    }
    assertThat(
            rows(
                "SELECT id, hex(t), hex(b), d, f, g, at, day, span, e, s, bits + 0, big, u, ok, y FROM "
                    + table
                    + " ORDER BY id"))
        .containsExactly(
            "0|7461620"
                + "92C6E6C0A2C63720D2C71272C2262735C20C3A9F09F988000|00FF090A5C|-1234567.8901|1e300|1.5|"
                + "0001-01-01 00:00:00.000001|1969-12-31|-838:59:59.000000|1|x,y|17|"
                + "-170141183460469231731687303715884105728|18446744073709551615|1|1901",
            "1|||0.5000|-0.1|0.1|9999-12-31 23:59:59.999999|1969-12-31|-838:59:59.000000|1|x,y|17|"
                + "-170141183460469231731687303715884105728|18446744073709551615|1|1901",
            "2|null|null|null|null|null|null|1969-12-31|-838:59:59.000000|1|x,y|17|"
                + "-170141183460469231731687303715884105728|18446744073709551615|1|1901");
  }

  @Test
  void replace_leavesTheseRowsAndNoOthers() throws Exception {
    String table = table("id bigint, name text");
    database.execute("INSERT INTO " + table + " VALUES (1, 'old'), (2, 'old')");
    session.succeed(
        write(input("SELECT range AS id, 'new' AS name FROM range(3)"), table, "replace", ""));
    assertThat(rows("SELECT * FROM " + table + " ORDER BY id"))
        .containsExactly("0|new", "1|new", "2|new");
    session.succeed(write(input("SELECT 1 AS id, '' AS name WHERE false"), table, "replace", ""));
    assertThat(rows("SELECT * FROM " + table)).isEmpty();
  }

  @Test
  void replaceByKey_changesRowsInPlace_soThatOthersMayPointAtThem() throws Exception {
    String table = table("id bigint PRIMARY KEY, name text");
    String child =
        table(
            "parent bigint, FOREIGN KEY (parent) REFERENCES " + table + " (id) ON DELETE CASCADE");
    database.execute(
        "INSERT INTO " + table + " VALUES (1, 'old'), (2, 'old')",
        "INSERT INTO " + child + " VALUES (1)");
    session.succeed(
        write(input("SELECT unnest([1, 3]) AS id, 'new' AS name"), table, "replace", "id"));
    assertThat(rows("SELECT * FROM " + table + " ORDER BY id")).containsExactly("1|new", "3|new");
    assertThat(database.number("SELECT count(*) FROM " + child)).isEqualTo(1);
  }

  @Test
  void upsert_changesRowsOfTheSameKey_andNeverThoseOfAnotherIndex() throws Exception {
    String table = table("a int, b varchar(9), v varchar(9) UNIQUE, UNIQUE (b, a)");
    database.execute("INSERT INTO " + table + " VALUES (1, 'x', 'old'), (2, 'y', 'older')");
    String config =
        "{\"mode\": \"upsert\", \"upsert_keys\": [\"a\", \"B\"], \"table\": \"" + table + "\"}";
    StepSucceeded done =
        session.succeed(
            step(input("SELECT unnest([2, 3]) AS a, 'y' AS B, unnest(['n1', 'n2']) AS v"), config));
    assertThat(rows("SELECT * FROM " + table + " ORDER BY a"))
        .containsExactly("1|x|old", "2|y|n1", "3|y|n2");
    assertThat(done.getWritten(0).getRows()).isEqualTo(2);

    Failure failure =
        session.fail(step(input("SELECT 4 AS a, 'y' AS B, 'old' AS v"), config)).getFailure();
    refused(failure, 1, 1, "");
    assertThat(rows("SELECT * FROM " + table + " ORDER BY a")).hasSize(3).contains("1|x|old");
  }

  @ParameterizedTest
  @CsvSource({"upsert", "replace"})
  void rowsOfTheSameKey_areRefused_withTheirPlaces(String mode) throws Exception {
    String table = table("id bigint PRIMARY KEY, name text");
    String input = input("SELECT unnest([1, 2, 1, 2, 2]) AS id, 'canary' AS name");
    refused(session.fail(write(input, table, mode, "id")).getFailure(), 3, 3, "");
    assertThat(rows("SELECT * FROM " + table)).isEmpty();
    String none = input("SELECT unnest([1, NULL]) AS id, 'canary' AS name");
    refused(session.fail(write(none, table, mode, "id")).getFailure(), 2, 1, "id");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsThatTheServerRefuses_areCountedAndLocated_andNothingIsWritten(boolean files)
      throws Exception {
    String table =
        table("id bigint PRIMARY KEY, v int CHECK (v <> 13), t varchar(6) NOT NULL, n tinyint");
    String input =
        input(
            "SELECT CASE WHEN range = 7000 THEN 3 ELSE range END AS id,"
                + " CASE WHEN range = 4000 THEN 13 ELSE 1 END AS v, CASE range WHEN 5000 THEN NULL"
                + " WHEN 5001 THEN 'canaries' ELSE 'canary' END AS t,"
                + " CASE WHEN range = 9000 THEN 128 ELSE 1 END AS n FROM range(10000)");
    takeFiles(files);
    Failure failure;
    try {
      failure = session.fail(write(input, table)).getFailure();
    } finally {
      takeFiles(true);
    }
    refused(failure, 4001, 5, "");
    assertThat(failure.getMessage()).contains("breaks a check (4025)");
    assertThat(database.number("SELECT count(*) FROM " + table)).isZero();
    List<String> lines =
        Files.readAllLines(session.directory().resolve(failure.getLocation().getRejectsPath()));
    assertThat(lines).hasSize(5);
    assertThat(lines.get(1)).contains("\"row\":5001", "\"column\":\"t\"");
    assertThat(lines.get(2)).contains("\"row\":5002", "\"column\":\"t\"", "canaries");
    assertThat(lines.get(3)).contains("\"row\":7001", "Duplicate entry");
    assertThat(lines.get(4)).contains("\"row\":9001", "\"column\":\"n\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "decimal(6,2) | 2.555::DECIMAL(9,3) | more than 2 digits behind the point",
        "int | 1.5::DOUBLE | no whole number",
        "float | 0.1::DOUBLE | more digits than a float keeps",
        "double | 9007199254740993 | more digits than a double keeps",
        "double | 'nan'::DOUBLE | not a number",
        "datetime | TIMESTAMP '2020-01-01 00:00:00.5' | smaller parts of a second",
        "date | TIMESTAMP '2020-01-01 00:00:01' | time of day",
        "datetime(6) | 'infinity'::TIMESTAMP | years 1 to 9999",
        "date | DATE '0001-01-01 (BC)' | years 1 to 9999",
        "char(9) | 'x ' | ends with a blank",
        "binary(2) | 'x'::BLOB | another length",
        "enum('a','b') | 'A' | none of the values",
        "enum('a','b') | '1' | none of the values",
        "year | 70 | nor a year",
        "varchar(2) | 'x  ' | does not take",
        "timestamp NULL | TIMESTAMP '2040-01-01' | does not take"
      })
  void valueThatTheServerWouldChange_isRefused(String type, String value, String why)
      throws Exception {
    String table = table("v " + type);
    Failure failure = session.fail(write(input("SELECT " + value + " AS v"), table)).getFailure();
    refused(failure, 1, 1, "v");
    assertThat(failure.getMessage()).contains(why);
    assertThat(database.number("SELECT count(*) FROM " + table)).isZero();
  }

  @Test
  void tablesThatTakeNoTransaction_areRefused() throws Exception {
    database.execute(
        "CREATE TABLE aria (id int) ENGINE = MyISAM", "CREATE VIEW seen AS SELECT 1 AS id");
    Failure failure = session.fail(write(input("SELECT 1 AS id"), "aria")).getFailure();
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONFIG_INVALID);
    assertThat(failure.getMessage()).contains("MyISAM", "no transactions");
    assertThat(failure.getAdvice()).contains("InnoDB");
    assertThat(failing("SELECT 1 AS id", "seen"))
        .isEqualTo(FailureCode.FAILURE_CODE_CONFIG_INVALID);
    assertThat(failing("SELECT 1 AS id", "nowhere"))
        .isEqualTo(FailureCode.FAILURE_CODE_SQL_UNRESOLVED);
    String table = table("id int NOT NULL, twice int AS (id * 2) STORED");
    assertThat(failing("SELECT 1 AS id, 2 AS twice", table))
        .isEqualTo(FailureCode.FAILURE_CODE_COLUMN_UNKNOWN);
    assertThat(failing("SELECT 'x' AS id", table))
        .isEqualTo(FailureCode.FAILURE_CODE_TYPE_UNSUPPORTED);
  }

  @Test
  void createIfMissing_makesTypesThatHoldEveryValue_andPlanOnlyTouchesNothing() throws Exception {
    String input =
        input(
            "SELECT true AS a, 1::TINYINT AS b, 2::UINTEGER AS c, 18446744073709551615::UBIGINT AS d,"
                + " '-170141183460469231731687303715884105728'::HUGEINT AS e, 1.5::DECIMAL(9,4) AS f,"
                + " 1.5::DOUBLE AS g, 'x'::ENUM('x', 'y') AS h, [1, NULL] AS i, {'k': 'v'} AS j,"
                + " 'ab'::BLOB AS k, TIMESTAMPTZ '2100-01-01 00:00:00+00' AS l, TIME '23:59:59.999999' AS m,"
                + " uuid() AS n, 'k' AS o");
    RunStep.Builder plan =
        step(
            input,
            "{\"table\": \"made\", \"create_if_missing\": true, \"plan_only\": true,"
                + " \"write_mode\": \"upsert\", \"primary_key\": \"b\"}");
    assertThat(session.succeed(plan.setStepId("plan")).getWrittenList()).isEmpty();
    assertThat(Files.readString(session.directory().resolve("artifacts/plan/ddl_plan.sql")))
        .contains("CREATE TABLE IF NOT EXISTS `made`", "`i` json", "PRIMARY KEY (`b`)");
    assertThat(rows("SHOW TABLES")).isEmpty();

    session.succeed(
        step(
            input,
            "{\"table\": \"made\", \"create_table\": true, \"primary_key\": [\"b\", \"o\"]}"));
    assertThat(rows("SELECT a, b, c, d, e, f, g, h, i, j, hex(k), l, m, o FROM made"))
        .containsExactly(
            "1|1|2|18446744073709551615|-170141183460469231731687303715884105728|1.5000|1.5|x|[1,null]|"
                + "{\"k\":\"v\"}|6162|2100-01-01 00:00:00.000000|23:59:59.999999|k");
    refused(session.fail(write(input, "made")).getFailure(), 1, 1, "");
  }

  @Test
  void readersSeeOldRowsOrNewRows_neverAPart() throws Exception {
    String table = table("id bigint, v text");
    database.execute("INSERT INTO " + table + " SELECT seq, 'old' FROM seq_1_to_1000");
    RunStep.Builder step =
        write(
            input("SELECT range AS id, repeat('new', 20) AS v FROM range(200000)"),
            table,
            "replace",
            "");
    CompletableFuture<RunSessionResponse> end =
        CompletableFuture.supplyAsync(() -> session.run(step));
    List<Long> seen = new ArrayList<>();
    while (!end.isDone()) {
      seen.add(database.number("SELECT count(*) FROM " + table));
    }
    assertThat(end.join().hasStepSucceeded()).as(end.join().toString()).isTrue();
    assertThat(seen).contains(1000L).allMatch(count -> count == 1000 || count == 200_000);
    assertThat(database.number("SELECT count(*) FROM " + table)).isEqualTo(200_000);
  }

  @Test
  void answerThatIsLost_isAskedFor_andACommitThatIsLostMayBeTriedAgain() throws Exception {
    String table = table("id bigint");
    String input = input("SELECT range AS id FROM range(10)");
    try (CommitProxy proxy = CommitProxy.before(MariaDbServer.shared())) {
      proxy.loseAnswer(() -> {});
      session.succeed(through(proxy, write(input, table)));
      assertThat(proxy.happened()).isTrue();
      assertThat(database.number("SELECT count(*) FROM " + table)).isEqualTo(10);
      assertThat(rows("SELECT row_count FROM osiris_writes")).containsExactly("10");

      proxy.loseCommit();
      RunStep.Builder step = through(proxy, write(input, table));
      Failure failure = session.fail(step.setAttempt("1")).getFailure();
      assertThat(proxy.happened()).isTrue();
      assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONNECTION_FAILED);
      assertThat(failure.getRetryable()).isTrue();
      session.succeed(step.setAttempt("2"));
      assertThat(database.number("SELECT count(*) FROM " + table)).isEqualTo(20);
    }
  }

  @Test
  void workerThatDiesInItsCommit_leavesItToTheNextAttempt() throws Exception {
    String table = table("id bigint");
    RunStep.Builder step = write(input("SELECT range AS id FROM range(10)"), table);
    try (CommitProxy proxy = CommitProxy.before(MariaDbServer.shared())) {
      proxy.loseAnswer(worker::kill);
      through(proxy, step);
      session.stream().send(Commands.run(step.setAttempt("1")));
      session.stream().awaitEnd();
      another();
      assertThat(session.succeed(step.setAttempt("2")).getWritten(0).getRows()).isEqualTo(10);
    }
    assertThat(database.number("SELECT count(*) FROM " + table)).isEqualTo(10);
  }

  @Test
  void answerThatNobodyMayAskFor_isAnUnknownOutcome() throws Exception {
    String table = table("id bigint");
    try (Connection admin = MariaDbServer.shared().connectAsAdmin();
        Statement statement = admin.createStatement();
        CommitProxy proxy = CommitProxy.before(MariaDbServer.shared())) {
      String name = database.name();
      statement.execute("REVOKE ALL ON %s.* FROM %s@'%%'".formatted(name, name));
      statement.execute("GRANT SELECT, INSERT ON %s.%s TO %s@'%%'".formatted(name, table, name));
      proxy.loseAnswer(() -> {});
      RunStep.Builder step =
          through(proxy, write(input("SELECT range AS id FROM range(10)"), table));
      Failure failure = session.fail(step).getFailure();
      assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_OUTCOME_UNKNOWN);
      assertThat(failure.getRetryable()).isFalse();
      assertThat(failure.getAdvice()).contains("osiris_writes");
      statement.execute("GRANT ALL ON %s.* TO %s@'%%'".formatted(name, name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker", "connection", "cancel"})
  void writeThatIsCutShort_leavesNothing_andTheNextAttemptWrites(String what) throws Exception {
    String table = table("id bigint, v text");
    String input = input("SELECT range AS id, repeat('x', 100) AS v FROM range(500000)");
    RunStep.Builder step = write(input, table).setAttempt("1");
    CompletableFuture<RunSessionResponse> end =
        CompletableFuture.supplyAsync(() -> {
          if (what.equals("worker")) {
            session.stream().send(Commands.run(step));
            session.stream().awaitEnd();
            return RunSessionResponse.getDefaultInstance();
          }
          return session.run(step);
        });
    FileWait.until("the step writes", this::loading);
    switch (what) {
      case "worker" -> worker.kill();
      case "connection" -> database.terminateBackends();
      default -> session.stream().send(Commands.cancel(step.getStepId(), "1"));
    }
    RunSessionResponse ended = end.get(60, TimeUnit.SECONDS);
    if (what.equals("connection")) {
      assertThat(ended.getStepFailed().getFailure().getCode())
          .as(ended.toString())
          .isEqualTo(FailureCode.FAILURE_CODE_CONNECTION_FAILED);
      assertThat(ended.getStepFailed().getFailure().getRetryable()).isTrue();
    } else if (what.equals("cancel")) {
      assertThat(ended.hasStepCancelled()).as(ended.toString()).isTrue();
      return;
    } else {
      another();
    }
    assertThat(session.succeed(step.setAttempt("2")).getWritten(0).getRows()).isEqualTo(500_000);
    assertThat(database.number("SELECT count(*) FROM " + table)).isEqualTo(500_000);
  }

  private boolean loading() {
    try {
      return database.number(
              "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'LOAD DATA%'")
          > 0;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** The session goes on in another worker, as it does where a host replaces a lost one. */
  private void another() {
    worker.close();
    session.client().close();
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "mysql", folder);
  }

  private static void takeFiles(boolean on) throws SQLException {
    try (Connection admin = MariaDbServer.shared().connectAsAdmin();
        Statement statement = admin.createStatement()) {
      statement.execute("SET GLOBAL local_infile = " + (on ? 1 : 0));
    }
  }

  private static void refused(Failure failure, long row, long count, String column) {
    assertThat(failure.getCode())
        .as(failure.toString())
        .isEqualTo(FailureCode.FAILURE_CODE_ROWS_REFUSED);
    assertThat(failure.getLocation().getRow()).as(failure.toString()).isEqualTo(row);
    assertThat(failure.getLocation().getCount()).as(failure.toString()).isEqualTo(count);
    if (!column.isEmpty()) {
      assertThat(failure.getLocation().getColumn()).isEqualTo(column);
    }
    assertThat(failure.toString()).doesNotContain("canary");
  }

  private FailureCode failing(String query, String table) {
    return session.fail(write(input(query), table)).getFailure().getCode();
  }

  private String table(String columns) throws SQLException {
    String name = "t" + NEXT.incrementAndGet();
    database.execute("CREATE TABLE " + name + " (" + columns + ")");
    return name;
  }

  /** Runs a step whose rows are those of a query. Returns its id. */
  private String input(String query) {
    String id = "in" + NEXT.incrementAndGet();
    session.succeed(Commands.sql(id, query));
    return id;
  }

  private List<String> rows(String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join("|", row));
      }
    }
    return rows;
  }

  private RunStep.Builder write(String input, String table, String mode, String key) {
    return step(
        input,
        key.isEmpty()
            ? Json.object("table", table, "write_mode", mode)
            : Json.object("table", table, "write_mode", mode, "primary_key", key));
  }

  private RunStep.Builder write(String input, String table) {
    return step(input, Json.object("table", table));
  }

  private RunStep.Builder step(String input, String config) {
    return new MySqlSteps(database)
        .step("out" + NEXT.incrementAndGet(), "mysql.writer", config)
        .addInputs(Commands.input("input", input, ""));
  }

  private static RunStep.Builder through(CommitProxy proxy, RunStep.Builder step) {
    step.getConnectionBuilder()
        .putFields("host", proxy.address().host())
        .putFields("port", String.valueOf(proxy.address().port()))
        .putFields("ssl_mode", "disabled");
    return step;
  }
}
