package dev.osiris.worker.duckdb;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One look at a session's published tables, for a person: rows as text, few of them. Runs in a
 * locked cell; {@link #interrupt} stops it.
 */
public final class SessionQuery {

  /** A longer value is cut, and the answer counts as truncated. */
  private static final int MAX_CELL = 65_536;

  private static final String VIEW = Sql.name(":look");

  private final DuckDb duckdb;
  private final InputRelations relations;
  private final Share share;
  private final Interrupter interrupter = new Interrupter();

  /**
   * What came back.
   *
   * @param rows as many cells as there are columns; {@code null} for NULL
   * @param truncated whether rows or parts of values were left out
   */
  public record Answer(
      List<Column> columns, List<List<@Nullable String>> rows, boolean truncated) {}

  /**
   * Prepares a look.
   *
   * @param relations the published tables, each step under its id
   */
  public SessionQuery(DuckDb duckdb, InputRelations relations, Share share) {
    this.duckdb = duckdb;
    this.relations = relations;
    this.share = share;
  }

  /**
   * Runs one SELECT, which passes the gate first.
   *
   * @param maxRows most rows to return
   * @param maxBytes most bytes of UTF-8 to return; at least one row comes whatever its size
   * @throws StepException as {@link StepDatabase#sql} does
   * @throws StepInterrupted after {@link #interrupt}
   */
  public Answer run(String query, int maxRows, long maxBytes) {
    duckdb.check(query, relations);
    return answer(query, maxRows, maxBytes);
  }

  /**
   * The first rows of a table.
   *
   * @param relation as {@link dev.osiris.driver.StepInput.Table#relation} has it
   */
  public Answer preview(String relation, int maxRows, long maxBytes) {
    if (relations.tables().stream().noneMatch(table -> table.relation().equals(relation))) {
      throw StepException.of(FailureCode.INPUT_MISSING, "there is no table " + relation);
    }
    return answer("SELECT * FROM " + relation, maxRows, maxBytes);
  }

  public void interrupt() {
    interrupter.interrupt();
  }

  private Answer answer(String query, int maxRows, long maxBytes) {
    QueryText view = new QueryText("CREATE TEMP VIEW " + VIEW + " AS\n", query);
    LockedCell cell = null;
    boolean reusable = false;
    try {
      interrupter.check();
      InputSeal seal = InputSeal.of(relations.catalogs().keySet());
      cell = LockedCell.open(duckdb.stock(), share, null, relations);
      interrupter.execute(cell.connection(), view.statement());
      Answer answer = rows(cell.connection(), maxRows, maxBytes);
      seal.check();
      reusable = cell.finish() && !interrupter.interrupted();
      return answer;
    } catch (SQLException e) {
      if (interrupter.interrupted()) {
        throw new StepInterrupted();
      }
      throw DuckDbFailures.of(e, share, view)
          .orElseGet(() ->
              new StepException(
                  Failure.of(FailureCode.INTERNAL_ERROR, "DuckDB's JDBC driver has failed"), e));
    } finally {
      if (cell != null && reusable) {
        duckdb.stock().giveBack(cell);
      } else if (cell != null) {
        duckdb.stock().retire(cell.abandon());
      }
    }
  }

  private Answer rows(Connection connection, int maxRows, long maxBytes) throws SQLException {
    List<Column> columns = Tables.describe(connection, VIEW);
    // By position: the names of the columns may be anything.
    String labels =
        IntStream.range(0, columns.size())
            .mapToObj(index -> "c" + index)
            .collect(Collectors.joining(", "));
    String texts =
        IntStream.range(0, columns.size())
            .mapToObj(index -> "left(CAST(c" + index + " AS VARCHAR), " + (MAX_CELL + 1) + ")")
            .collect(Collectors.joining(", "));
    String select =
        "SELECT " + texts + " FROM " + VIEW + " AS q(" + labels + ") LIMIT " + (maxRows + 1L);
    List<List<@Nullable String>> rows = new ArrayList<>();
    boolean cut = false;
    boolean more = false;
    long bytes = 0;
    try (Statement statement = connection.createStatement()) {
      interrupter.watch(statement);
      try (ResultSet result = statement.executeQuery(select)) {
        while (!more && result.next()) {
          List<@Nullable String> cells = new ArrayList<>();
          for (int column = 1; column <= columns.size(); column++) {
            String text = result.getString(column);
            cut |= text != null && text.length() > MAX_CELL;
            cells.add(text == null ? null : text.substring(0, Math.min(text.length(), MAX_CELL)));
            bytes += text == null ? 1 : text.getBytes(StandardCharsets.UTF_8).length;
          }
          more = rows.size() == maxRows || (bytes > maxBytes && !rows.isEmpty());
          if (!more) {
            rows.add(Collections.unmodifiableList(cells));
          }
        }
      }
    }
    return new Answer(columns, Collections.unmodifiableList(rows), cut || more);
  }
}
