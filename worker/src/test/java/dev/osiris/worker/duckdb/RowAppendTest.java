package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.step.Column;
import dev.osiris.step.OutputTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@SuppressWarnings("InterruptedExceptionSwallowed") // JUnit reports whatever a test throws.
class RowAppendTest {

  /** More than two row groups, so that rows are in the file before the transaction is. */
  private static final long MANY = 300_000;

  private static final List<Column> COLUMNS =
      List.of(new Column("i", "BIGINT", true), new Column("s", "VARCHAR", true));

  @TempDir private Path root;
  private Sandbox sandbox;

  @BeforeEach
  void open() throws Exception {
    sandbox = new Sandbox(root);
  }

  @AfterEach
  void close() throws Exception {
    sandbox.close();
  }

  @Test
  void append_addsAllRowsInOrder_orNone() throws Exception {
    IOException broken = new IOException("the connection is gone");
    var made =
        sandbox.step(
            "a",
            List.of(),
            database -> {
              assertThat(database.append("main", new Numbers(0, MANY, null))).isEqualTo(MANY);
              assertThat(last(database)).isEqualTo(MANY - 1);
              assertThatThrownBy(
                      () -> database.append("main", new Numbers(MANY, 2 * MANY - 7, broken)))
                  .isSameAs(broken);
              assertThat(last(database)).isEqualTo(MANY - 1);
              assertThat(database.append("main", new Numbers(MANY, MANY + 5, null))).isEqualTo(5);
              assertThat(database.append("main", new Numbers(0, 0, null))).isZero();
              assertThat(database.append("main", new Numbers(MANY + 5, 2 * MANY, null)))
                  .isEqualTo(MANY - 5);
              assertThat(last(database)).isEqualTo(2 * MANY - 1);
            });

    assertThat(made.tables()).containsExactly(new OutputTable("main", 2 * MANY, COLUMNS));
    assertThat(
            Sandbox.rows(
                made.file(),
                "SELECT count(*), count(*) FILTER (rowid = i AND s = 'value ' || i) FROM main"))
        .containsExactly(List.of(2 * MANY, 2 * MANY));
    try (var files = Files.list(sandbox.data)) {
      assertThat(files).containsExactly(made.file());
    }
  }

  @Test
  void append_leavesNoTable_whenTheFirstOneFails() throws Exception {
    IOException broken = new IOException("the connection is gone");
    var made =
        sandbox.step(
            "a",
            List.of(),
            database -> {
              assertThatThrownBy(() -> database.append("main", new Numbers(0, MANY, broken)))
                  .isSameAs(broken);
              database.append("main", new Numbers(0, 3, null));
            });

    assertThat(made.tables()).containsExactly(new OutputTable("main", 3, COLUMNS));
  }

  /** As an extractor asks how far it has come, on the connection of its own. */
  private static long last(StepDatabase database) throws SQLException {
    Connection connection = database.open();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT i FROM main WHERE rowid = (SELECT max(rowid) FROM main)")) {
      assertThat(result.next()).isTrue();
      return result.getLong(1);
    }
  }

  /** Numbers of a range, and then an exception or the end. */
  private static final class Numbers implements RowSource {
    private final long end;
    private final IOException thrown;
    private long next;

    Numbers(long begin, long end, IOException thrown) {
      this.next = begin;
      this.end = end;
      this.thrown = thrown;
    }

    @Override
    public List<Column> columns() {
      return COLUMNS;
    }

    @Override
    public int fill(RowBatch batch) throws IOException {
      int filled = 0;
      for (; next < end && filled < batch.capacity(); next++, filled++) {
        batch.setLong(0, filled, next);
        batch.setText(1, filled, "value " + next);
      }
      if (filled == 0 && thrown != null) {
        throw thrown;
      }
      return filled;
    }

    @Override
    public void close() {}
  }
}
