package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.failure.FailureCode;
import dev.osiris.step.Column;
import dev.osiris.step.OutputTable;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(300)
@SuppressWarnings("InterruptedExceptionSwallowed") // JUnit reports whatever a test throws.
class RowWriteTest {

  @TempDir Path root;
  private Sandbox sandbox;

  @BeforeEach
  void open() throws Exception {
    sandbox = new Sandbox(root);
  }

  @AfterEach
  void close() throws Exception {
    sandbox.close();
  }

  /** Rows that a test has at hand; fills as many of a batch as fit. */
  private record ListSource(List<Column> columns, List<List<Object>> rows, int[] next)
      implements RowSource {

    static ListSource of(List<Column> columns, List<List<Object>> rows) {
      return new ListSource(columns, rows, new int[1]);
    }

    @Override
    public int fill(RowBatch batch) {
      int filled = 0;
      for (; next[0] < rows.size() && filled < batch.capacity(); next[0]++, filled++) {
        List<Object> row = rows.get(next[0]);
        for (int column = 0; column < row.size(); column++) {
          switch (row.get(column)) {
            case Boolean value -> batch.setBoolean(column, filled, value);
            case Long value -> batch.setLong(column, filled, value);
            case Double value -> batch.setDouble(column, filled, value);
            case String value -> batch.setText(column, filled, value);
            case byte[] value -> batch.setBytes(column, filled, value, 0, value.length);
            case null, default -> batch.setNull(column, filled);
          }
        }
      }
      return filled;
    }

    @Override
    public void close() {}
  }

  private interface Fill {
    int fill(RowBatch batch) throws Exception;
  }

  private static RowSource source(String type, Fill fill) {
    return new RowSource() {
      @Override
      public List<Column> columns() {
        return List.of(new Column("v", type, true));
      }

      @Override
      public int fill(RowBatch batch) throws Exception {
        return fill.fill(batch);
      }

      @Override
      public void close() {}
    };
  }

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of("BOOLEAN", true, "true"),
        Arguments.of("TINYINT", -128L, "-128"),
        Arguments.of("SMALLINT", 32767L, "32767"),
        Arguments.of("INTEGER", -2147483648L, "-2147483648"),
        Arguments.of("BIGINT", Long.MIN_VALUE, "-9223372036854775808"),
        Arguments.of("UTINYINT", 255L, "255"),
        Arguments.of("USMALLINT", 65535L, "65535"),
        Arguments.of("UINTEGER", 4294967295L, "4294967295"),
        Arguments.of("UBIGINT", -1L, "18446744073709551615"),
        Arguments.of("UBIGINT", "18446744073709551615", "18446744073709551615"),
        Arguments.of(
            "HUGEINT",
            "-170141183460469231731687303715884105728",
            "-170141183460469231731687303715884105728"),
        Arguments.of(
            "UHUGEINT",
            "340282366920938463463374607431768211455",
            "340282366920938463463374607431768211455"),
        Arguments.of(
            "DECIMAL(38,10)",
            "-1234567890123456789012345678.0123456789",
            "-1234567890123456789012345678.0123456789"),
        Arguments.of("DECIMAL(4,1)", "-999.9", "-999.9"),
        Arguments.of("FLOAT", 1.5, "1.5"),
        Arguments.of("DOUBLE", 1.7976931348623157E308, "1.7976931348623157e+308"),
        Arguments.of("DOUBLE", Double.NEGATIVE_INFINITY, "-inf"),
        Arguments.of("DOUBLE", Double.NaN, "nan"),
        Arguments.of("VARCHAR", "größe 😀 'q' \"d\" \n", "größe 😀 'q' \"d\" \n"),
        Arguments.of("VARCHAR", "", ""),
        Arguments.of("BLOB", new byte[] {0, -1, 0x10, (byte) 0xDE}, "\\x00\\xFF\\x10\\xDE"),
        Arguments.of("DATE", -719528L, "0001-01-01 (BC)"),
        Arguments.of("DATE", 19000L, "2022-01-08"),
        Arguments.of("TIME", "23:59:59.999999", "23:59:59.999999"),
        Arguments.of("TIMETZ", "12:34:56.5+05:30", "12:34:56.5+05:30"),
        Arguments.of("TIMESTAMP", -1L, "1969-12-31 23:59:59.999999"),
        Arguments.of("TIMESTAMP", 1700000000123456L, "2023-11-14 22:13:20.123456"),
        Arguments.of(
            "TIMESTAMP WITH TIME ZONE", 1700000000123456L, "2023-11-14 22:13:20.123456+00"),
        Arguments.of("TIMESTAMP_S", "2001-02-03 04:05:06", "2001-02-03 04:05:06"),
        Arguments.of("TIMESTAMP_MS", "2001-02-03 04:05:06.789", "2001-02-03 04:05:06.789"),
        Arguments.of(
            "TIMESTAMP_NS", "2001-02-03 04:05:06.123456789", "2001-02-03 04:05:06.123456789"),
        Arguments.of(
            "INTERVAL",
            "1 year 2 months 3 days 04:05:06.000007",
            "1 year 2 months 3 days 04:05:06.000007"),
        Arguments.of(
            "UUID", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "f47ac10b-58cc-4372-a567-0e02b2c3d479"),
        Arguments.of("JSON", "{\"a\": [1, null]}", "{\"a\": [1, null]}"),
        Arguments.of("ENUM('a b', 'it''s')", "it's", "it's"),
        Arguments.of("BIT", "010101", "010101"),
        Arguments.of("INTEGER[]", "[1, NULL, -3]", "[1, NULL, -3]"),
        Arguments.of("VARCHAR[2]", "[a, b]", "[a, b]"),
        Arguments.of(
            "STRUCT(a INTEGER, \"b c\" VARCHAR)", "{'a': 1, 'b c': 'x'}", "{'a': 1, 'b c': x}"),
        Arguments.of("MAP(VARCHAR, INTEGER)", "{x=1, y=2}", "{x=1, y=2}"));
  }

  @ParameterizedTest
  @MethodSource("types")
  void write_carriesValueAndNull_ofEachType(String type, Object value, String text)
      throws Exception {
    List<Object> nothing = new ArrayList<>();
    nothing.add(null);
    RowSource rows =
        ListSource.of(
            List.of(new Column("odd \"name\"", type, true)), List.of(List.of(value), nothing));

    var a = sandbox.step("a", List.of(), database -> database.write("main", rows));

    assertThat(a.tables()).extracting(OutputTable::rows).containsExactly(2L);
    Column column = a.tables().getFirst().columns().getFirst();
    assertThat(column.name()).isEqualTo("odd \"name\"");
    String expected = type.equals("TIMETZ") ? "TIME WITH TIME ZONE" : type;
    assertThat(column.type()).isEqualToIgnoringCase(expected);
    assertThat(Sandbox.rows(a.file(), "SELECT \"odd \"\"name\"\"\"::VARCHAR FROM main"))
        .satisfiesExactly(
            first -> assertThat(first).containsExactly(text),
            second -> assertThat(second.getFirst()).isNull());
  }

  @Test
  void write_keepsEveryRowInOrder_acrossBatches() throws Exception {
    List<List<Object>> rows = new ArrayList<>();
    for (long row = 0; row < 10_001; row++) {
      rows.add(List.of(row, "value " + row));
    }
    RowSource source =
        ListSource.of(
            List.of(new Column("i", "BIGINT", true), new Column("s", "VARCHAR", true)), rows);
    var a =
        sandbox.step(
            "a",
            List.of(),
            database -> assertThat(database.write("main", source)).isEqualTo(10_001));
    assertThat(
            Sandbox.rows(
                a.file(),
                "SELECT count(*), count(*) FILTER (rowid = i AND s = 'value ' || i) FROM main"))
        .containsExactly(List.of(10_001L, 10_001L));
  }

  @Test
  void write_keepsColumns_whenThereAreNoRows() throws Exception {
    List<Column> columns =
        List.of(new Column("a", "DECIMAL(18,3)", true), new Column("b", "DATE", true));
    var a =
        sandbox.step(
            "a",
            List.of(),
            database ->
                assertThat(database.write("main", ListSource.of(columns, List.of()))).isZero());
    assertThat(a.tables()).containsExactly(new OutputTable("main", 0, columns));
  }

  @Test
  void write_passesSourcesExceptionOnAsItself_andConnectionStaysUsable() throws Exception {
    IOException broken = new IOException("line 7 is broken");
    var a =
        sandbox.step(
            "a",
            List.of(),
            database -> {
              assertThatThrownBy(() ->
                      database.write(
                          "main",
                          source(
                              "BIGINT",
                              _ -> {
                                throw broken;
                              })))
                  .isSameAs(broken);
              database.write(
                  "main",
                  ListSource.of(
                      List.of(new Column("v", "BIGINT", true)), List.of(List.<Object>of(1L))));
            });
    assertThat(a.tables()).extracting(OutputTable::rows).containsExactly(1L);
  }

  @Test
  void write_namesColumnAndNeverTheValue_whenValueDoesNotFit() throws Exception {
    var failure =
        Sandbox.failure(
                FailureCode.VALUE_INVALID,
                () ->
                    sandbox.step(
                        "a",
                        List.of(),
                        database ->
                            database.write(
                                "main",
                                ListSource.of(
                                    List.of(
                                        new Column("fine", "BIGINT", true),
                                        new Column("amount", "DECIMAL(4,1)", true)),
                                    List.of(List.of(1L, "canary-4711"))))))
            .failure();
    assertThat(failure.where().column()).isEqualTo("amount");
    assertThat(failure.where().expected()).isEqualTo("DECIMAL(4,1)");
    assertThat(failure.toString()).doesNotContain("canary");
    assertThat(sandbox.data).isEmptyDirectory();
  }

  @Test
  void write_blamesDriver_whenValuesAreLeftOut() throws Exception {
    Sandbox.failure(
        FailureCode.DRIVER_DEFECT,
        () ->
            sandbox.step(
                "a", List.of(), database -> database.write("main", source("VARCHAR", _ -> 3))));
    Sandbox.failure(
        FailureCode.DRIVER_DEFECT,
        () ->
            sandbox.step(
                "b",
                List.of(),
                database ->
                    database.write("main", source("VARCHAR", batch -> batch.capacity() + 1))));
  }

  @Test
  void write_letsSourceReadInputsOfStep_throughDriversConnection() throws Exception {
    var a = sandbox.sql("a", "SELECT 21 AS x");
    var b =
        sandbox.step(
            "b",
            List.of(a),
            database -> {
              boolean[] done = new boolean[1];
              database.write(
                  "main",
                  source(
                      "BIGINT",
                      batch -> {
                        if (done[0]) {
                          return 0;
                        }
                        done[0] = true;
                        try (var statement = database.open().createStatement();
                            var row = statement.executeQuery("SELECT x FROM a")) {
                          row.next();
                          batch.setLong(0, 0, 2 * row.getLong(1));
                        }
                        return 1;
                      }));
            });
    assertThat(Sandbox.rows(b.file(), "FROM main")).containsExactly(List.of(42L));
  }

  @Test
  void interrupt_stopsEndlessSource() throws Exception {
    StepFile file = StepFile.begin(sandbox.data, new StepId("x"), "1");
    CountDownLatch running = new CountDownLatch(3);
    RowSource endless =
        source(
            "BIGINT",
            batch -> {
              for (int row = 0; row < batch.capacity(); row++) {
                batch.setLong(0, row, row);
              }
              running.countDown();
              return batch.capacity();
            });
    try (ExecutorService threads = Executors.newSingleThreadExecutor();
        StepDatabase database =
            sandbox.duckdb.begin(file.path(), InputRelations.of(List.of()), Sandbox.SHARE)) {
      Future<Throwable> ended =
          threads.submit(() -> catchThrowable(() -> database.write("main", endless)));
      assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
      database.interrupt();
      assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(StepInterrupted.class);
    }
    file.discard();
    assertThat(sandbox.data).isEmptyDirectory();
  }

  @Test
  void write_namesRow_whenNumberDoesNotFit() throws Exception {
    var failure =
        Sandbox.failure(
                FailureCode.VALUE_INVALID,
                () ->
                    sandbox.step(
                        "a",
                        List.of(),
                        database ->
                            database.write(
                                "main",
                                ListSource.of(
                                    List.of(new Column("amount", "DECIMAL(3,1)", true)),
                                    List.of(List.of(999L), List.of(1000L))))))
            .failure();
    assertThat(failure.where().row()).isEqualTo(2);
    assertThat(failure.where().column()).isEqualTo("amount");
  }

  @Test
  void write_takesFewerRowsAtOnce_whenTextsAreLarge() throws Exception {
    String text = "x".repeat(100_000);
    int[] most = new int[1];
    int[] left = {300};
    var a =
        sandbox.step(
            "a",
            List.of(),
            database ->
                database.write(
                    "main",
                    source(
                        "VARCHAR",
                        batch -> {
                          int filled = 0;
                          for (; filled < batch.capacity() && left[0] > 0; filled++, left[0]--) {
                            batch.setText(0, filled, text);
                          }
                          most[0] = Math.max(most[0], filled);
                          return filled;
                        })));
    assertThat(most[0]).isLessThan(30);
    assertThat(Sandbox.rows(a.file(), "SELECT count(*), min(length(v)) FROM main"))
        .containsExactly(List.of(300L, 100_000L));
  }

  @Test
  void interrupt_endsSourceThatWaits_byAbort() throws Exception {
    StepFile file = StepFile.begin(sandbox.data, new StepId("x"), "1");
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch aborted = new CountDownLatch(1);
    RowSource blocked =
        new RowSource() {
          @Override
          public List<Column> columns() {
            return List.of(new Column("v", "BIGINT", true));
          }

          @Override
          public int fill(RowBatch batch) throws InterruptedException {
            waiting.countDown();
            boolean interrupted = false;
            while (aborted.getCount() > 0) {
              try {
                aborted.await();
              } catch (InterruptedException e) {
                interrupted = true; // like a read of a socket, which no interrupt ends
              }
            }
            throw new InterruptedException("aborted, interrupted: " + interrupted);
          }

          @Override
          public void abort() {
            aborted.countDown();
          }

          @Override
          public void close() {}
        };
    try (ExecutorService threads = Executors.newSingleThreadExecutor();
        StepDatabase database =
            sandbox.duckdb.begin(file.path(), InputRelations.of(List.of()), Sandbox.SHARE)) {
      Future<Throwable> ended =
          threads.submit(() -> catchThrowable(() -> database.write("main", blocked)));
      assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
      database.interrupt();
      assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(StepInterrupted.class);
    }
    file.discard();
  }

  @Test
  void write_doesNotWaitBusily_whenSourceIsSlow() throws Exception {
    Share two = new Share(new ByteSize(150_000_000), 2);
    StepFile file = StepFile.begin(sandbox.data, new StepId("slow"), "1");
    CountDownLatch never = new CountDownLatch(1);
    int[] batches = new int[1];
    RowSource slow =
        source(
            "BIGINT",
            batch -> {
              // A slow source, such as a database far away.
              assertThat(never.await(400, TimeUnit.MILLISECONDS)).isFalse();
              batch.setLong(0, 0, 1);
              return batches[0]++ < 4 ? 1 : 0;
            });
    try (StepDatabase database =
        sandbox.duckdb.begin(file.path(), InputRelations.of(List.of()), two)) {
      long before = processCpuNanos();
      database.write("main", slow);
      assertThat(processCpuNanos() - before).isLessThan(1_000_000_000L);
    }
    file.discard();
  }

  private static long processCpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  @Test
  void write_takesEveryRowOnce_ofSeveralSources() throws Exception {
    var made =
        sandbox.step(
            "a",
            List.of(),
            database ->
                assertThat(
                        database.write(
                            "main",
                            List.of(
                                numbers(0, 200_000, null),
                                numbers(200_000, 200_001, null),
                                numbers(200_001, 200_001, null),
                                numbers(200_001, 360_543, null))))
                    .isEqualTo(360_543));
    assertThat(
            Sandbox.rows(
                made.file(), "SELECT count(*), count(DISTINCT v), min(v), max(v) FROM main"))
        .containsExactly(List.of(360_543L, 360_543L, 0L, 360_542L));
  }

  @Test
  void write_failsAsTheSourceThatFails_amongSeveral() throws Exception {
    IOException broken = new IOException("the connection is gone");
    sandbox.step(
        "a",
        List.of(),
        database -> {
          assertThatThrownBy(() ->
                  database.write(
                      "main",
                      List.of(numbers(0, 200_000, null), numbers(200_000, 200_005, broken))))
              .isSameAs(broken);
          // Nothing is left of the one that had not failed.
          assertThat(database.write("main", List.of(numbers(0, 3, null), numbers(3, 5, null))))
              .isEqualTo(5);
        });
  }

  /** The numbers of that range, and then the failure, if there is one. */
  private static RowSource numbers(long from, long to, @Nullable Exception failure) {
    long[] next = {from};
    return source(
        "BIGINT",
        batch -> {
          int filled = 0;
          for (; next[0] < to && filled < batch.capacity(); filled++) {
            batch.setLong(0, filled, next[0]++);
          }
          if (filled == 0 && failure != null) {
            throw failure;
          }
          return filled;
        });
  }
}
