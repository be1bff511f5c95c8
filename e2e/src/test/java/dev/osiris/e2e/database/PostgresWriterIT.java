package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.StepSucceeded;
import dev.osiris.wire.v1.Written;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code postgres.writer} against a real server: what is in the table afterwards. */
@ExtendWith(LeakCheck.class)
class PostgresWriterIT {

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static Database database;
  private static WorkerProcess worker;
  private static RawSession session;

  @BeforeAll
  static void open() throws Exception {
    database = PostgresServer.shared().newDatabase();
    worker = WorkerProcess.below(folder.resolve("sessions")).memory("512m").start();
    session = RawSession.open(worker, "postgres", folder);
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    worker.close();
    database.close();
  }

  @Test
  void append_addsRows_byName_whateverTheOrder() throws Exception {
    String table = table("id int8 PRIMARY KEY, name text, city varchar(20) DEFAULT 'here'");
    database.execute("INSERT INTO " + table + " VALUES (1, 'old', 'there')");
    StepSucceeded done =
        session.succeed(write(input("SELECT 'new' AS NAME, 2::INTEGER AS id"), table));

    assertThat(rows("SELECT * FROM " + table + " ORDER BY id"))
        .containsExactly("1|old|there", "2|new|here");
    Written written = done.getWritten(0);
    assertThat(written.getRows()).isEqualTo(1);
    assertThat(written.getTarget())
        .startsWith("public." + table + " in PostgreSQL at ")
        .doesNotContain(database.password());
  }

  @Test
  void replace_leavesTheseRowsAndNoOthers() throws Exception {
    String table = table("id int8, name text");
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
    String table = table("id int8 PRIMARY KEY, name text");
    String child = table("parent int8 REFERENCES " + table + " (id) ON DELETE CASCADE");
    database.execute(
        "INSERT INTO " + table + " VALUES (1, 'old'), (2, 'old')",
        "INSERT INTO " + child + " VALUES (1)");
    session.succeed(
        write(input("SELECT unnest([1, 3]) AS id, 'new' AS name"), table, "replace", "id"));
    assertThat(rows("SELECT * FROM " + table + " ORDER BY id")).containsExactly("1|new", "3|new");
    assertThat(database.number("SELECT count(*) FROM " + child)).isEqualTo(1);
  }

  @Test
  void upsert_changesRowsOfTheSameKey_andAddsTheRest() throws Exception {
    String table = table("a int4, b text, v text, UNIQUE (b, a)");
    database.execute("INSERT INTO " + table + " VALUES (1, 'x', 'old'), (2, 'y', 'old')");
    String config =
        "{\"mode\": \"upsert\", \"upsert_keys\": [\"a\", \"B\"], \"table\": \"" + table + "\"}";
    StepSucceeded done =
        session.succeed(
            step(
                input("SELECT unnest([2, 3]) AS a, 'y' AS B, 'new' AS v"),
                "postgres.writer",
                config));
    assertThat(rows("SELECT * FROM " + table + " ORDER BY a"))
        .containsExactly("1|x|old", "2|y|new", "3|y|new");
    assertThat(done.getWritten(0).getRows()).isEqualTo(2);
  }

  @Test
  void upsert_needsAUniqueIndexOverTheKey() throws Exception {
    String table = table("id int8, name text");
    Failure failure =
        session
            .fail(write(input("SELECT 1 AS id, 'x' AS name"), table, "upsert", "id"))
            .getFailure();
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONFIG_INVALID);
    assertThat(failure.getMessage()).contains("no unique index");
    assertThat(failure.getAdvice()).contains("CREATE UNIQUE INDEX");
  }

  @ParameterizedTest
  @CsvSource({"upsert", "replace"})
  void rowsOfTheSameKey_areRefused_withTheirPlaces(String mode) throws Exception {
    String table = table("id int8 PRIMARY KEY, name text");
    String input = input("SELECT unnest([1, 2, 1, 2, 2]) AS id, 'canary' AS name");
    Failure failure = session.fail(write(input, table, mode, "id")).getFailure();
    refused(failure, 3, 3, "");
    assertThat(rows("SELECT * FROM " + table)).isEmpty();

    Failure none =
        session
            .fail(
                write(input("SELECT unnest([1, NULL]) AS id, 'canary' AS name"), table, mode, "id"))
            .getFailure();
    refused(none, 2, 1, "");
  }

  @Test
  void rowsThatTheServerRefuses_areCountedAndLocated_andNothingIsWritten() throws Exception {
    String table = table("id int8 PRIMARY KEY, v int4 CHECK (v <> 13), t text NOT NULL");
    String input =
        input(
            "SELECT range AS id, CASE WHEN range IN (4000, 6001) THEN 13 ELSE 1 END AS v,"
                + " CASE WHEN range = 5000 THEN NULL ELSE 'canary' END AS t FROM range(10000)");
    Failure failure = session.fail(write(input, table)).getFailure();
    refused(failure, 4001, 3, "");
    assertThat(failure.getMessage()).contains("breaks the check '").contains("23514");
    assertThat(database.number("SELECT count(*) FROM " + table)).isZero();

    List<String> lines =
        Files.readAllLines(session.directory().resolve(failure.getLocation().getRejectsPath()));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).contains("\"row\":5001", "\"column\":\"t\"");
    assertThat(lines.get(2)).contains("\"row\":6002", "\"t\":\"canary\"");
  }

  @Test
  void rowWithoutAPartner_isFound_thoughTheServerNamesNoRow() throws Exception {
    String parent = table("id int8 PRIMARY KEY");
    database.execute("INSERT INTO " + parent + " SELECT generate_series(0, 2999)");
    String table =
        table("parent int8 REFERENCES " + parent + " (id) DEFERRABLE INITIALLY DEFERRED");
    Failure failure =
        session.fail(write(input("SELECT range AS parent FROM range(3001)"), table)).getFailure();
    refused(failure, 3001, 1, "");
    assertThat(failure.getMessage()).contains("foreign key");
  }

  @Test
  void valueThatTheColumnWouldRound_isRefused() throws Exception {
    String table = table("n numeric(6,2)");
    Failure failure =
        session
            .fail(write(input("SELECT unnest([1.50, 2.555, 3.001])::DECIMAL(9,3) AS n"), table))
            .getFailure();
    refused(failure, 2, 2, "n");
    assertThat(failure.getMessage()).contains("more than 2 digits behind the point");
  }

  @Test
  void columns_mustBeThere() throws Exception {
    String table = table("id int8 NOT NULL, twice int8 GENERATED ALWAYS AS (id * 2) STORED");
    assertThat(failing("SELECT 1 AS id, 2 AS nowhere", table))
        .isEqualTo(FailureCode.FAILURE_CODE_COLUMN_UNKNOWN);
    assertThat(failing("SELECT 1 AS id, 2 AS twice", table))
        .isEqualTo(FailureCode.FAILURE_CODE_COLUMN_UNKNOWN);
    String two = table("id int8 NOT NULL, name text");
    assertThat(failing("SELECT 'x' AS name", two))
        .isEqualTo(FailureCode.FAILURE_CODE_INPUT_UNSUITABLE);
    assertThat(failing("SELECT 1 AS id", "nowhere"))
        .isEqualTo(FailureCode.FAILURE_CODE_SQL_UNRESOLVED);
    assertThat(failing("SELECT 'x'::BLOB AS id", two))
        .isEqualTo(FailureCode.FAILURE_CODE_TYPE_UNSUPPORTED);
  }

  @Test
  void identityColumn_takesTheValuesOfTheStep() throws Exception {
    String table = table("id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text");
    session.succeed(write(input("SELECT 7 AS id, 'a' AS name"), table));
    session.succeed(write(input("SELECT 'b' AS name"), table));
    assertThat(rows("SELECT * FROM " + table + " ORDER BY name")).containsExactly("7|a", "1|b");
  }

  @Test
  void planOnly_leavesTheStatements_andTouchesNothing() throws Exception {
    String id = "plan";
    String input = input("SELECT 1 AS id, [1, 2] AS list");
    RunStep.Builder step =
        step(
            input,
            "postgres.writer",
            "{\"table\": \"planned\", \"create_if_missing\": true, \"plan_only\": true,"
                + " \"write_mode\": \"upsert\", \"primary_key\": \"id\"}");
    StepSucceeded done = session.succeed(step.setStepId(id));
    assertThat(done.getWrittenList()).isEmpty();
    assertThat(Files.readString(session.directory().resolve("artifacts/plan/ddl_plan.sql")))
        .contains(
            "CREATE TABLE IF NOT EXISTS \"public\".\"planned\"",
            "\"list\" jsonb",
            "PRIMARY KEY (\"id\")");
    assertThat(database.number("SELECT count(*) FROM pg_class WHERE relname = 'planned'")).isZero();
  }

  @Test
  void createIfMissing_makesTypesThatHoldEveryValue() throws Exception {
    String input =
        input(
            "SELECT true AS a, 1::TINYINT AS b, 2::UINTEGER AS c, 18446744073709551615::UBIGINT AS d,"
                + " '-170141183460469231731687303715884105728'::HUGEINT AS e, 1.5::DECIMAL(9,4) AS f,"
                + " 1.5::DOUBLE AS g, 'x'::ENUM('x', 'y') AS h, [1, NULL] AS i, {'k': 'v'} AS j,"
                + " '{\"z\":  1}'::JSON AS k, 'ab'::BLOB AS l, '101'::BIT AS m, TIME '24:00:00' AS n,"
                + " MAP {'m': 1} AS o, uuid() AS p");
    RunStep.Builder step =
        step(
            input,
            "postgres.writer",
            "{\"table\": \"made\", \"create_table\": true, \"primary_key\": \"b\"}");
    session.succeed(step);
    assertThat(
            rows(
                "SELECT string_agg(format_type(atttypid, atttypmod), ', ' ORDER BY attnum)"
                    + " FROM pg_attribute WHERE attrelid = 'made'::regclass AND attnum > 0"))
        .containsExactly(
            "boolean, smallint, bigint, numeric(20,0), numeric(39,0), numeric(9,4), double precision,"
                + " text, jsonb, jsonb, json, bytea, bit varying, time without time zone, jsonb, uuid");
    assertThat(rows("SELECT a, b, c, d, e, f, g, h, i, j, k, l, m, n, o FROM made"))
        .containsExactly(
            "t|1|2|18446744073709551615|-170141183460469231731687303715884105728|1.5000|1.5|x|[1, null]|"
                + "{\"k\": \"v\"}|{\"z\":  1}|\\x6162|101|24:00:00|{\"m\": 1}");
    Failure again =
        session.fail(step(input, "postgres.writer", "{\"table\": \"made\"}")).getFailure();
    assertThat(again.getCode()).isEqualTo(FailureCode.FAILURE_CODE_ROWS_REFUSED);
  }

  @Test
  void supabaseWriter_takesThePredecessorsKeys() throws Exception {
    String table = table("id int8 PRIMARY KEY, name text");
    RunStep.Builder step =
        step(
            input("SELECT 1 AS id, 'x' AS name"),
            "supabase.writer",
            "{\"table\": \""
                + table
                + "\", \"write_mode\": \"insert\", \"primary_key\": \"id\", \"batch_size\": 100,"
                + " \"timeout\": 30, \"retries\": 3, \"ddl_channel\": \"auto\","
                + " \"returning\": \"minimal\", \"prefer\": \"x\"}");
    step.getConnectionBuilder().setFamily("supabase").putFields("sslmode", "require");
    session.succeed(step);
    assertThat(rows("SELECT * FROM " + table)).containsExactly("1|x");
  }

  @Test
  void viewsAndRowSecurity_whichCopyPassesBy_holdAsForAnInsert() throws Exception {
    String table = table("id int8, name text DEFAULT 'none'");
    database.execute(
        "CREATE VIEW seen_" + table + " AS SELECT id FROM " + table,
        "ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        "CREATE POLICY positive ON " + table + " USING (id > 0) WITH CHECK (id > 0)");
    session.succeed(write(input("SELECT 1 AS id, 'x' AS name"), table));
    session.succeed(write(input("SELECT 2 AS id"), "seen_" + table));
    assertThat(rows("SELECT * FROM " + table + " ORDER BY id")).containsExactly("1|x", "2|none");
    assertThat(failing("SELECT -1 AS id", table))
        .isEqualTo(FailureCode.FAILURE_CODE_AUTHENTICATION_FAILED);
  }

  @Test
  void triggers_mayLeaveRowsOut_andTheStepSaysHowManyAreThere() throws Exception {
    String table = table("id int8");
    database.execute(
        "CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN RETURN CASE WHEN NEW.id % 2 = 1 THEN NEW END; END'",
        "CREATE TRIGGER odd BEFORE INSERT ON " + table + " FOR EACH ROW EXECUTE FUNCTION odd()");
    StepSucceeded done = session.succeed(write(input("SELECT range AS id FROM range(10)"), table));
    assertThat(done.getWritten(0).getRows()).isEqualTo(5);
    assertThat(database.number("SELECT count(*) FROM " + table)).isEqualTo(5);
  }

  @Test
  void valuesOfManyMegabytes_fitASmallWorker() throws Exception {
    String table = table("id int8, v text");
    session.succeed(
        write(input("SELECT range AS id, repeat('größe', 3000000) AS v FROM range(3)"), table));
    assertThat(
            database.number(
                "SELECT count(*) FROM " + table + " WHERE v = repeat('größe', 3000000)"))
        .isEqualTo(3);
  }

  @Test
  void readersSeeOldRowsOrNewRows_neverAPart() throws Exception {
    String table = table("id int8, v text");
    database.execute("INSERT INTO " + table + " SELECT i, 'old' FROM generate_series(1, 1000) i");
    RunStep.Builder step =
        write(
            input("SELECT range AS id, repeat('new', 20) AS v FROM range(300000)"),
            table,
            "replace",
            "");
    CompletableFuture<RunSessionResponse> end =
        CompletableFuture.supplyAsync(() -> session.run(step));
    List<Long> seen = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      while (!end.isDone()) {
        try (ResultSet result = statement.executeQuery("SELECT count(*) FROM " + table)) {
          result.next();
          seen.add(result.getLong(1));
        }
      }
    }
    assertThat(end.join().hasStepSucceeded()).as(end.join().toString()).isTrue();
    assertThat(seen)
        .isNotEmpty()
        .containsAnyOf(1000L)
        .allMatch(count -> count == 1000 || count == 300000);
    assertThat(database.number("SELECT count(*) FROM " + table)).isEqualTo(300_000);
  }

  private static void refused(Failure failure, long row, long count, String column) {
    assertThat(failure.getCode())
        .as(failure.toString())
        .isEqualTo(FailureCode.FAILURE_CODE_ROWS_REFUSED);
    assertThat(failure.getRetryable()).isFalse();
    assertThat(failure.getLocation().getRow()).isEqualTo(row);
    assertThat(failure.getLocation().getCount()).isEqualTo(count);
    if (!column.isEmpty()) {
      assertThat(failure.getLocation().getColumn()).isEqualTo(column);
    }
    assertThat(failure.toString()).doesNotContain("canary");
  }

  private static FailureCode failing(String query, String table) {
    return session.fail(write(input(query), table)).getFailure().getCode();
  }

  private static String table(String columns) throws SQLException {
    String name = "t" + NEXT.incrementAndGet();
    database.execute("CREATE TABLE " + name + " (" + columns + ")");
    return name;
  }

  /** Runs a step whose rows are those of a query. Returns its id. */
  private static String input(String query) {
    String id = "in" + NEXT.incrementAndGet();
    session.succeed(Commands.sql(id, query));
    return id;
  }

  private static List<String> rows(String query) throws SQLException {
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

  private static RunStep.Builder write(String input, String table, String mode, String key) {
    return step(
        input,
        "postgres.writer",
        key.isEmpty()
            ? Json.object("table", table, "write_mode", mode)
            : Json.object("table", table, "write_mode", mode, "primary_key", key));
  }

  private static RunStep.Builder write(String input, String table) {
    return step(input, "postgres.writer", Json.object("table", table));
  }

  private static RunStep.Builder step(String input, String component, String config) {
    RunStep.Builder step =
        Commands.step("out" + NEXT.incrementAndGet(), component, config)
            .addInputs(Commands.input("input", input, ""));
    var connection = step.getConnectionBuilder().setFamily("postgres").setAlias("main");
    database
        .connection()
        .forEach((field, value) -> {
          if (!field.equals("password")) {
            connection.putFields(field, String.valueOf(value));
          }
        });
    connection.getSecretsBuilder().putValues("password", database.password());
    return step;
  }
}
