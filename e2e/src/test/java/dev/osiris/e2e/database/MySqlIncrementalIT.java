package dev.osiris.e2e.database;

import static dev.osiris.e2e.database.Readings.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.database.Readings.Reading;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.MariaDbServer;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import java.nio.file.Path;
import java.sql.SQLException;
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

/** How {@code mysql.extractor} reads by a cursor. */
@ExtendWith(LeakCheck.class)
class MySqlIncrementalIT {

  private static final AtomicInteger NEXT = new AtomicInteger();

  @TempDir static Path folder;
  private static Database database;
  private static WorkerProcess worker;
  private static RawSession session;
  private static Readings readings;

  @BeforeAll
  static void open() throws Exception {
    database = MariaDbServer.shared().newDatabase();
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "incremental", folder);
    readings = new Readings(session, new MySqlSteps(database)::extract);
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    worker.close();
    database.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "tinyint | -128 | -127 | 127",
        "bigint unsigned | 18446744073709551613 | 18446744073709551614 | 18446744073709551615",
        "decimal(38,10) | 1234567890123456789012345678.0000000001 | 1234567890123456789012345678.0000000002"
            + " | 1234567890123456789012345678.0000000003",
        "year | 2024 | 2025 | 2026",
        "date | 2026-01-01 | 2026-01-02 | 2026-01-03",
        "datetime(6) | 2026-01-02 03:04:05.678900 | 2026-01-02 03:04:05.678901 | 2026-01-02 03:04:05.678902",
        "timestamp(6) | 2026-01-02 03:04:05.678900 | 2026-01-02 03:04:05.678901 | 2026-01-02 03:04:05.678902",
        "varchar(40) | o'b\\ä | o'b\\ä\"1 | o'b\\ä\"😀",
        "varchar(40) CHARACTER SET latin1 COLLATE latin1_german2_ci | ä | ä1 | ö",
        "text COLLATE utf8mb4_bin | a | b | c",
        "uuid | a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a10 | a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
            + " | a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12",
      })
  void cursorOfEachType_isKeptExactly(String type, String less, String last, String more)
      throws Exception {
    String table = "t" + NEXT.incrementAndGet();
    database.execute(
        "CREATE TABLE %s (c %s NOT NULL, id bigint PRIMARY KEY)".formatted(table, type));
    insert(table, less, 1, last, 3, last, 5);
    String config = "{'table': '" + table + "', 'cursor_column': 'c'}";
    Reading first = readings.read(config, NONE);
    assertThat(first.ids()).isEqualTo("1,3,5");

    insert(table, less, 2, last, 4, last, 6, more, 0);
    Reading second = readings.read(config, first.state());
    assertThat(second.ids()).isEqualTo("6,0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'cursor_column': 'mood' | TYPE_UNSUPPORTED | cast it",
        "'cursor_column': 'rate' | TYPE_UNSUPPORTED | cast it",
        "'cursor_column': 'body' | TYPE_UNSUPPORTED | cast it",
        "'cursor_column': 'at' | VALUE_INVALID | no value in 'at' (datetime)",
        "'cursor_column': 'id', 'cursor_lag': '1h' | CONFIG_INVALID | cursor_lag",
        "'cursor_column': 'id', 'cursor_start': '0 OR 1=1' | CONFIG_INVALID | cursor_start",
        "'cursor_column': 'at', 'cursor_key': 'nothing' | COLUMN_UNKNOWN | nothing",
      })
  void cursorThatCannotBe_isRefused(String config, String code, String named) throws Exception {
    database.execute(
        "CREATE TABLE IF NOT EXISTS odd (id int PRIMARY KEY, at datetime, mood enum('b', 'a'), rate double, body blob)",
        "INSERT IGNORE INTO odd VALUES (1, NULL, 'a', 1.5, 'x')");
    Failure failure = readings.fail("{'table': 'odd', " + config + "}", NONE);

    assertThat(failure.getCode().name()).isEqualTo("FAILURE_CODE_" + code);
    assertThat(failure.getMessage() + failure.getAdvice()).contains(named);
  }

  @Test
  void query_startLimitAndLag() throws Exception {
    database.execute(
        "CREATE TABLE events (at datetime(3), region varchar(9), id bigint)",
        "INSERT INTO events VALUES ('2026-01-01', 'b', 1), ('2026-01-01', 'a\\\\', 2), ('2026-01-02', 'b''', 3),"
            + " ('2026-01-02', 'b''', 4), ('2999-01-01', 'c', 5)");
    String config =
        "{'query': 'SELECT at AS `När`, region, id FROM events -- all', 'cursor_column': 'När',"
            + " 'cursor_key': ['region', 'id'], 'cursor_start': '2026-01-01', 'cursor_lag': '1h', 'limit': 3}";
    Reading first = readings.read(config, NONE);
    assertThat(first.ids()).isEqualTo("2,1,3");
    Reading second = readings.read(config, first.state());
    assertThat(second.ids()).isEqualTo("4");

    Failure changed = readings.fail(config.replace("['region', 'id']", "'id'"), second.state());
    assertThat(changed.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONFIG_INVALID);
    assertThat(changed.getAdvice()).contains("--full-refresh");
  }

  @Test
  void sessionsThatAreKilled_areContinued_afterTheLastCommittedRow() throws Exception {
    database.execute(
        "CREATE TABLE many (id bigint PRIMARY KEY, at datetime(6) NOT NULL, note varchar(100), KEY (at, id))",
        "INSERT INTO many SELECT seq, '2026-01-01' + INTERVAL seq DIV 10 SECOND, REPEAT('x', 80) FROM seq_1_to_300000");
    String id = Readings.nextId();
    CompletableFuture<Void> killing =
        CompletableFuture.runAsync(() -> {
          for (long rows = 30_000; rows <= 210_000; rows += 60_000) {
            long read = rows;
            session.stream()
                .await(
                    "progress",
                    event ->
                        event.hasStepSucceeded() && event.getStepSucceeded().getStepId().equals(id)
                            || event.hasStepProgressed()
                                && event.getStepProgressed().getStepId().equals(id)
                                && event.getStepProgressed().getRows() >= read);
            try {
              database.terminateBackends();
            } catch (SQLException e) {
              throw new AssertionError(e);
            }
          }
        });
    // In the order of the index, the server takes more than a second for all of them.
    String query =
        "SELECT id, at, note, SLEEP(IF(id % 1000 = 0, 0.004, 0)) AS slept FROM many FORCE INDEX (at)";
    String config =
        "{'query': '" + query + "', 'cursor_column': 'at', 'cursor_key': 'id', 'chunk_size': '2m'}";
    Reading all = readings.read(id, config, NONE);
    killing.join();

    assertThat(readings.resumed(id)).isPositive();
    assertThat(readings.logs(id)).anyMatch(line -> line.contains("the step reads on after its"));
    assertThat(
            session.query(
                "SELECT count(*), count(DISTINCT id), CAST(sum(id) AS BIGINT), count(*) FILTER (length(note) = 80) FROM \""
                    + id
                    + "\""))
        .containsExactly(List.of("300000", "300000", "45000150000", "300000"));
    assertThat(readings.read(config, all.state()).ids()).isEmpty();
  }

  /** Rows of a value and an id each. */
  private static void insert(String table, Object... values) throws SQLException {
    try (var connection = database.connect();
        var statement = connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
      for (int i = 0; i < values.length; i += 2) {
        statement.setString(1, values[i].toString());
        statement.setLong(2, ((Number) values[i + 1]).longValue());
        statement.execute();
      }
    }
  }
}
