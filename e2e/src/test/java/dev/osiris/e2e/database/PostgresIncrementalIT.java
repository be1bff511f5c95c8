package dev.osiris.e2e.database;

import static dev.osiris.e2e.database.Readings.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.database.Readings.Reading;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code postgres.extractor} reads by a cursor. */
@ExtendWith(LeakCheck.class)
class PostgresIncrementalIT {

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static Database database;
  private static WorkerProcess worker;
  private static RawSession session;
  private static Readings readings;

  @BeforeAll
  static void open() throws Exception {
    database = PostgresServer.shared().newDatabase();
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "incremental", folder);
    readings =
        new Readings(
            session,
            (id, config) -> DatabaseSteps.step(database, id, "postgres.extractor", config));
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    worker.close();
    database.close();
  }

  /**
   * The first run ends at {@code last}. What comes with the next value, and with the same one and a
   * higher key, is new; what has the same value and a lower key, or a lesser value, is not.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "int2 | 32765 | 32766 | 32767",
        "int8 | 9223372036854775805 | 9223372036854775806 | 9223372036854775807",
        "oid | 4294967293 | 4294967294 | 4294967295",
        "numeric(38,10) | 1234567890123456789012345678.0000000001 | 1234567890123456789012345678.0000000002"
            + " | 1234567890123456789012345678.0000000003",
        "numeric | 12345678901234567890123456789.123456788 | 12345678901234567890123456789.123456789"
            + " | 12345678901234567890123456789.123456790",
        "date | 2026-01-01 | 2026-01-02 | 2026-01-03",
        "date | 0044-03-14 BC | 0044-03-15 BC | 0044-03-16 BC",
        "timestamp | 2026-01-02 03:04:05.678900 | 2026-01-02 03:04:05.678901 | 2026-01-02 03:04:05.678902",
        "timestamp | 0044-03-15 03:04:05.000001 BC | 0044-03-15 03:04:05.000002 BC | 0044-03-15 03:04:05.000003 BC",
        "timestamptz | 2026-03-29 02:59:59.999999+02 | 2026-03-29 03:00:00+02 | 2026-03-29 03:00:00.000001+02",
        "timestamptz | 290000-01-01 00:00:00.000001+00 | 290000-01-01 00:00:00.000002+00"
            + " | 290000-01-01 00:00:00.000003+00",
        "text | o'b\\ä | o'b\\ä\"1 | o'b\\ä\"12",
        "char(6) | a | a1 | a12",
        "uuid | a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a10 | a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
            + " | a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12",
      })
  void cursorOfEachType_isKeptExactly(String type, String less, String last, String more)
      throws Exception {
    String table = table("c " + type + " NOT NULL, id int8 PRIMARY KEY");
    insert(table, less, 1, last, 3, last, 5);
    String config = config(table, "'cursor_column': 'c'");
    Reading first = readings.read(config, NONE);
    assertThat(first.ids()).isEqualTo("1,3,5");

    insert(table, less, 2, last, 4, last, 6, more, 0);
    Reading second = readings.read(config, first.state());
    assertThat(second.ids()).isEqualTo("6,0");
  }

  @Test
  void readingOfNothing_changesNothingThatIsRemembered() throws Exception {
    String table = table("at timestamptz NOT NULL, id int8 PRIMARY KEY");
    String config = config(table, "'cursor_column': 'at'");
    Reading empty = readings.read(config, NONE);
    assertThat(empty.state()).isEmpty();
    assertThat(empty.ids()).isEmpty();
    assertThat(empty.columns()).hasSize(2);

    insert(table, "1999-01-01", 1);
    Reading first = readings.read(config, empty.state());
    assertThat(first.ids()).isEqualTo("1");

    Reading again = readings.read(config, first.state());
    assertThat(again.ids()).isEmpty();
    assertThat(again.state()).isEqualTo(first.state());
    assertThat(again.columns()).isEqualTo(first.columns());
  }

  @Test
  void queryWithSeveralKeys_startAndLimit_isReadInSteps() throws Exception {
    String table = table("at date, region text, id int8");
    for (int i = 1; i <= 6; i++) {
      database.execute(
          "INSERT INTO %s VALUES ('2026-01-0%d', '%s', %d)"
              .formatted(table, (i + 1) / 2, i % 2 == 0 ? "b''" : "a\\", i));
    }
    String config =
        "{'query': 'SELECT at AS \\\"När\\\", region, id FROM %s -- all', 'cursor_column': 'När',"
                .formatted(table)
            + " 'cursor_key': ['region', 'id'], 'cursor_start': '2026-01-02', 'limit': 3}";
    Reading first = readings.read(config, NONE);
    assertThat(first.ids()).isEqualTo("3,4,5");
    Reading second = readings.read(config, first.state());
    assertThat(second.ids()).isEqualTo("6");
    assertThat(readings.read(config, second.state()).ids()).isEmpty();
  }

  @Test
  void lag_leavesTheNewestRowsForLater() throws Exception {
    String table = table("at timestamptz NOT NULL, id int8 PRIMARY KEY");
    database.execute(
        "INSERT INTO %s VALUES (now() - interval '2 hours', 1), (now(), 2), (now() + interval '1 day', 3)"
            .formatted(table));
    Reading first = readings.read(config(table, "'cursor_column': 'at', 'cursor_lag': '1h'"), NONE);
    assertThat(first.ids()).isEqualTo("1");
    assertThat(readings.read(config(table, "'cursor_column': 'at'"), first.state()).ids())
        .isEqualTo("2,3");
  }

  @Test
  void rowsWithoutAValue_stopTheStep_orAreSkippedOnRequest() throws Exception {
    String table = table("at timestamptz, id int8 PRIMARY KEY");
    insert(table, "2026-01-01", 1);
    database.execute("INSERT INTO " + table + " VALUES (NULL, 2)");

    Failure failure = readings.fail(config(table, "'cursor_column': 'at'"), NONE);
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_VALUE_INVALID);
    assertThat(failure.getMessage()).contains("no value in 'at' (timestamptz)", table);
    assertThat(failure.getAdvice()).contains("cursor_nulls: skip");
    assertThat(
            readings
                .read(config(table, "'cursor_column': 'at', 'cursor_nulls': 'skip'"), NONE)
                .ids())
        .isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'table': 'keyless', 'cursor_column': 'at' | CONFIG_INVALID | no primary key",
        "'query': 'SELECT * FROM keyed', 'cursor_column': 'at' | CONFIG_INVALID | cursor_key",
        "'table': 'keyed', 'cursor_column': 'At' | COLUMN_UNKNOWN | at, price, rate, id",
        "'table': 'keyed', 'columns': ['at'], 'cursor_column': 'at' | COLUMN_UNKNOWN | 'id'",
        "'table': 'keyed', 'cursor_column': 'rate' | TYPE_UNSUPPORTED | cast it",
        "'table': 'keyed', 'cursor_column': 'price', 'numeric': 'double' | TYPE_UNSUPPORTED | numeric: decimal",
        "'table': 'keyed', 'cursor_column': 'price' | VALUE_INVALID | NaN",
        "'table': 'keyed', 'cursor_column': 'at', 'offset': 1 | CONFIG_INVALID | 'offset'",
        "'table': 'keyed', 'cursor_column': 'at', 'parallel': 2 | CONFIG_INVALID | 'parallel'",
        "'table': 'keyed', 'cursor_column': 'id', 'cursor_lag': '1h' | CONFIG_INVALID | cursor_lag",
      })
  void cursorThatCannotBe_isRefused(String config, String code, String named) throws Exception {
    database.execute(
        "CREATE TABLE IF NOT EXISTS keyless (at timestamptz)",
        "CREATE TABLE IF NOT EXISTS keyed (at timestamptz, price numeric, rate float8, id int8 PRIMARY KEY)",
        "INSERT INTO keyed VALUES (now(), 'NaN', 1.5, 1) ON CONFLICT DO NOTHING");
    Failure failure = readings.fail("{" + config + "}", NONE);

    assertThat(failure.getCode().name()).isEqualTo("FAILURE_CODE_" + code);
    assertThat(failure.getMessage() + failure.getAdvice()).contains(named);
  }

  @Test
  void stateOfAnotherReading_isRefused_withTheWayOut() throws Exception {
    String table = table("at timestamptz NOT NULL, id int8 PRIMARY KEY");
    String other = table("at timestamptz NOT NULL, id int8 PRIMARY KEY");
    insert(table, "2026-01-01", 1);
    String state = readings.read(config(table, "'cursor_column': 'at'"), NONE).state();

    Failure column = readings.fail(config(table, "'cursor_column': 'id'"), state);
    assertThat(column.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONFIG_INVALID);
    assertThat(column.getMessage())
        .contains("in the order of 'at' (timestamptz), 'id' (int8)", "in that of 'id' (int8)");
    assertThat(column.getAdvice()).contains("--full-refresh", "osiris state reset");

    Failure source = readings.fail(config(other, "'cursor_column': 'at'"), state);
    assertThat(source.getMessage()).contains(table, other);

    database.execute("ALTER TABLE " + table + " ALTER at TYPE date");
    assertThat(readings.fail(config(table, "'cursor_column': 'at'"), state).getMessage())
        .contains("'at' (timestamptz)", "'at' (date)");
  }

  @Test
  void anotherCondition_isTold_andReadsOn() throws Exception {
    String table = table("at timestamptz NOT NULL, id int8 PRIMARY KEY");
    insert(table, "2026-01-01", 1);
    Reading first = readings.read(config(table, "'cursor_column': 'at'"), NONE);
    insert(table, "2026-01-02", 2);
    Reading second =
        readings.read(config(table, "'cursor_column': 'at', 'where': 'id > 0'"), first.state());
    assertThat(second.ids()).isEqualTo("2");
    assertThat(readings.logs(second.step())).anyMatch(line -> line.contains("--full-refresh"));
  }

  /** A state is kept as it is, so nothing can be taken out of it. */
  @Test
  void valueThatIsTheSecret_isNotKept() throws Exception {
    String table = table("name text NOT NULL, id int8 PRIMARY KEY");
    insert(table, "zz" + database.password(), 1);

    Failure failure = readings.fail(config(table, "'cursor_column': 'name'"), NONE);
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_VALUE_INVALID);
    assertThat(failure.getMessage()).contains("holds a secret");
    assertThat(Files.readString(session.directory().resolve("logs/events.jsonl")))
        .doesNotContain(database.password());
  }

  /**
   * Every session is ended by the server after 40,000 of 200,000 rows, while rows are changed all
   * the time: no row is missing, none is there twice, and the next reading brings what was changed.
   */
  @Test
  void sessionsThatTheServerEnds_areContinued_afterTheLastCommittedRow() throws Exception {
    database.execute(
        "CREATE TABLE moving (id int8 PRIMARY KEY, at timestamptz NOT NULL, version int NOT NULL, note text)",
        "INSERT INTO moving SELECT i, timestamptz '2026-01-01' + (i / 10) * interval '1 second', 0, repeat('x', 60)"
            + " FROM generate_series(1, 200000) i",
        "CREATE INDEX ON moving (at, id)",
        """
        CREATE FUNCTION alive() RETURNS bool LANGUAGE plpgsql AS $$
        DECLARE seen int := coalesce(nullif(current_setting('test.seen', true), ''), '0')::int + 1;
        BEGIN
          IF seen > 40000 THEN
            PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(60);
          END IF;
          PERFORM set_config('test.seen', seen::text, false);
          RETURN true;
        END $$
        """,
        // In the order of the index the rows come one by one, and the function counts them.
        "ALTER DATABASE %s SET enable_seqscan = off".formatted(database.name()),
        "ALTER DATABASE %s SET enable_bitmapscan = off".formatted(database.name()),
        "ALTER DATABASE %s SET enable_sort = off".formatted(database.name()));
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> changing = CompletableFuture.runAsync(() -> change(enough));
    String config =
        config("moving", "'cursor_column': 'at', 'where': 'alive()', 'chunk_size': '1m'");
    Reading first;
    try {
      first = readings.read(config, NONE);
    } finally {
      enough.set(true);
      changing.join();
    }
    assertThat(readings.resumed(first.step())).isGreaterThanOrEqualTo(3);
    assertThat(first.rows()).isGreaterThan(100_000);
    assertThat(
            session.query(
                "SELECT count(*), count(DISTINCT id), count(*) FILTER (length(note) = 60) FROM \""
                    + first.step()
                    + "\""))
        .containsExactly(List.of("" + first.rows(), "" + first.rows(), "" + first.rows()));

    // What is left are rows that were changed; the function would end the session at the start.
    Reading second = readings.read(config("moving", "'cursor_column': 'at'"), first.state());
    assertThat(second.rows()).isPositive();
    assertThat(
            session.query(
                "SELECT count(*), CAST(sum(id) AS BIGINT), CAST(sum(version) AS BIGINT) FROM (SELECT * FROM"
                    + " (SELECT *, 2 AS run FROM \"%s\" UNION ALL SELECT *, 1 FROM \"%s\")"
                        .formatted(second.step(), first.step())
                    + " QUALIFY row_number() OVER (PARTITION BY id ORDER BY run DESC) = 1)"))
        .containsExactly(
            List.of(
                "200000",
                "" + database.number("SELECT sum(id)::int8 FROM moving"),
                "" + database.number("SELECT sum(version)::int8 FROM moving")));
  }

  /** One row after the other gets a new version, each in a transaction of its own. */
  private static void change(AtomicBoolean enough) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; !enough.get(); i++) {
        statement.execute(
            "UPDATE moving SET version = version + 1, at = clock_timestamp() + interval '1 year'"
                + " WHERE id = "
                + (i * 7919L % 200_000 + 1));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static String config(String table, String more) {
    return "{'table': '" + table + "', " + more + "}";
  }

  private static String table(String columns) throws SQLException {
    String name = "t" + NEXT.incrementAndGet();
    database.execute("CREATE TABLE " + name + " (" + columns + ")");
    return name;
  }

  /** Rows of a value and an id each. */
  private static void insert(String table, Object... values) throws SQLException {
    try (var connection = database.connect();
        var statement = connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
      for (int i = 0; i < values.length; i += 2) {
        statement.setObject(1, values[i], java.sql.Types.OTHER);
        statement.setLong(2, ((Number) values[i + 1]).longValue());
        statement.execute();
      }
    }
  }
}
