package dev.osiris.worker.database.cursor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import dev.osiris.step.StepId;
import dev.osiris.step.StepState;
import dev.osiris.worker.database.Quoting;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a reading whose server is lost, with a server that is lost as a test wants it.
 */
class IncrementalReadTest {

  private static final CursorConfig CONFIG =
      new CursorConfig(
          "id", List.of("id"), Optional.empty(), Optional.empty(), false, Optional.empty(), 1);
  private static final List<CursorColumn> CURSOR =
      List.of(new CursorColumn("id", "int8", false, false));
  private static final StepException LOST =
      StepException.of(FailureCode.CONNECTION_FAILED, "the connection was lost");

  /** The server has the rows 1 to 10. */
  private static final long LAST = 10;

  private Connection duckdb;
  private final List<String> queries = new ArrayList<>();
  private final List<StepState> kept = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private boolean cancelled;
  private int sessions;
  private int open;

  /** Rows that the session of that number brings before it is lost; it is not when it has more. */
  private List<Long> rowsOfSessions = List.of();

  private StepException thrown = LOST;
  private List<Column> columnsLater = columns("BIGINT");

  @BeforeEach
  void openDuckDb() throws SQLException {
    duckdb = DriverManager.getConnection("jdbc:duckdb:");
    execute("CREATE TABLE main (id BIGINT)");
  }

  @AfterEach
  void closeDuckDb() throws SQLException {
    assertThat(open).isZero();
    duckdb.close();
  }

  @Test
  void reading_goesOnAfterTheLastRow_withTheSameEnd() throws Exception {
    rowsOfSessions = List.of(3L, 0L, 4L, 9L);

    read();

    assertThat(rows()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(sessions).isEqualTo(4);
    assertThat(queries)
        .containsExactly(
            "SELECT * FROM (all) AS q WHERE q.\"id\" <= 10 ORDER BY q.\"id\"",
            "SELECT * FROM (all) AS q WHERE q.\"id\" > 3 AND q.\"id\" <= 10 ORDER BY q.\"id\"",
            "SELECT * FROM (all) AS q WHERE q.\"id\" > 3 AND q.\"id\" <= 10 ORDER BY q.\"id\"",
            "SELECT * FROM (all) AS q WHERE q.\"id\" > 7 AND q.\"id\" <= 10 ORDER BY q.\"id\"");
    assertThat(events).containsExactly("3", "3", "7");
    assertThat(kept).hasSize(1);
    assertThat(kept.getFirst().values().get("read_to").toString()).contains("value=10");
  }

  @Test
  void reading_endsWithTheLoss_whenNoSessionBringsAnythingMore() throws Exception {
    rowsOfSessions = List.of(2L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);

    assertThat(failure()).isEqualTo(LOST.failure());
    assertThat(sessions).isEqualTo(7);
    assertThat(rows()).containsExactly(1L, 2L);
    assertThat(kept).isEmpty();
  }

  @Test
  void reading_endsAtOnce_whenAnotherSessionWouldMendNothing() throws Exception {
    rowsOfSessions = List.of(2L, 9L);
    thrown = StepException.of(FailureCode.VALUE_INVALID, "a value does not fit");

    assertThat(failure().code()).isEqualTo(FailureCode.VALUE_INVALID);
    assertThat(sessions).isEqualTo(1);
  }

  @Test
  void reading_endsAtOnce_whenTheStepIsAskedToStop() throws Exception {
    rowsOfSessions = List.of(2L, 9L);
    cancelled = true;

    assertThat(failure()).isEqualTo(LOST.failure());
    assertThat(sessions).isEqualTo(1);
  }

  @Test
  void reading_isRefused_whenTheColumnsWereChangedMeanwhile() throws Exception {
    rowsOfSessions = List.of(2L, 9L);
    columnsLater = columns("VARCHAR");

    Failure failure = failure();
    assertThat(failure.code()).isEqualTo(FailureCode.REMOTE_FAILED);
    assertThat(failure.message()).contains("columns", "were changed");
  }

  private void read() throws SQLException {
    new IncrementalRead(context(), CONFIG, _ -> new Session(sessions++), Duration.ZERO).run();
  }

  private Failure failure() {
    return catchThrowableOfType(StepException.class, this::read).failure();
  }

  private static List<Column> columns(String type) {
    return List.of(new Column("id", type, false));
  }

  private List<Long> rows() throws SQLException {
    List<Long> rows = new ArrayList<>();
    try (Statement statement = duckdb.createStatement();
        var result = statement.executeQuery("SELECT id FROM main ORDER BY rowid")) {
      while (result.next()) {
        rows.add(result.getLong(1));
      }
    }
    return rows;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = duckdb.createStatement()) {
      statement.execute(sql);
    }
  }

  /** One row at a time, so that each is a chunk. */
  private final class Session implements CursorSession {
    private final int number;

    Session(int number) {
      this.number = number;
      open++;
    }

    @Override
    public String source() {
      return "a table";
    }

    @Override
    public List<Column> columns() {
      return number == 0 ? IncrementalReadTest.columns("BIGINT") : columnsLater;
    }

    @Override
    public CursorSql sql() {
      return new CursorSql(Quoting.DOUBLE_QUOTES, new Dialect(), "all", CURSOR);
    }

    @Override
    public Optional<List<String>> first(String query) {
      return Optional.of(List.of(String.valueOf(LAST)));
    }

    @Override
    public RowSource rows(String query) {
      queries.add(query.replace("\n", ""));
      return new Rows(rowsOfSessions.get(number), query);
    }

    @Override
    public long bytes() {
      return brought;
    }

    private long brought;

    @Override
    public void close() {
      open--;
    }

    private final class Rows implements RowSource {
      private long left;
      private long next;

      Rows(long left, String query) {
        this.left = left;
        this.next =
            query.contains("> ")
                ? Long.parseLong(query.replaceFirst("(?s).*> (\\d+).*", "$1")) + 1
                : 1;
      }

      @Override
      public List<Column> columns() {
        return Session.this.columns();
      }

      @Override
      public int fill(RowBatch batch) {
        if (next > LAST) {
          return 0;
        }
        if (left-- == 0) {
          throw thrown;
        }
        batch.setLong(0, 0, next++);
        brought++;
        return 1;
      }

      @Override
      public void close() {}
    }
  }

  private record Dialect() implements CursorSql.Dialect {
    @Override
    public String literal(CursorColumn column, String text) {
      return text;
    }

    @Override
    public String text(String expression) {
      return expression;
    }

    @Override
    public String ago(CursorColumn column, Duration lag) {
      return "now";
    }
  }

  /** As much of a context as a reading needs; rows are committed when all of a source have come. */
  private StepContext context() {
    return proxy(
        StepContext.class,
        (name, arguments) ->
            switch (name) {
              case "stepId" -> new StepId("read");
              case "state" -> Optional.empty();
              case "cancelled" -> cancelled;
              case "open" -> duckdb;
              case "append" -> append((RowSource) arguments[1]);
              case "keepState" -> kept.add((StepState) arguments[0]);
              case "events" -> events();
              default -> throw new AssertionError(name);
            });
  }

  private StepEvents events() {
    return proxy(
        StepEvents.class,
        (name, arguments) ->
            name.equals("event") && events.add(((Map<?, ?>) arguments[1]).get("rows_before") + ""));
  }

  private long append(RowSource source) throws Exception {
    List<Long> rows = new ArrayList<>();
    RowBatch batch =
        proxy(
            RowBatch.class,
            (name, arguments) -> name.equals("capacity") ? 1 : rows.add((Long) arguments[2]));
    while (source.fill(batch) > 0) {
      // The batch has kept the row.
    }
    for (long row : rows) {
      execute("INSERT INTO main VALUES (" + row + ")");
    }
    return rows.size();
  }

  private interface Answer {
    Object to(String method, Object[] arguments) throws Exception;
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              Object result = answer.to(method.getName(), arguments);
              return method.getReturnType() == void.class ? null : result;
            }));
  }
}
