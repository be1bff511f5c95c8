package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.RowSource;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.step.Column;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.Selection;
import dev.osiris.worker.database.cursor.CursorColumn;
import dev.osiris.worker.database.cursor.CursorConfig;
import dev.osiris.worker.database.cursor.CursorSession;
import dev.osiris.worker.database.cursor.CursorSql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One session of {@code postgres.extractor} that reads in the order of a cursor. */
final class CursorReading implements CursorSession {

  private final PostgresServer server;
  private final Selection selection;
  private final ReadSessions sessions;
  private final ReadCount count;
  private final ResultShape shape;
  private final CursorSql sql;

  private CursorReading(
      PostgresServer server,
      Selection selection,
      ReadSessions sessions,
      ReadCount count,
      ResultShape shape,
      List<CursorColumn> cursor) {
    this.server = server;
    this.selection = selection;
    this.sessions = sessions;
    this.count = count;
    this.shape = shape;
    this.sql = new CursorSql(Quoting.DOUBLE_QUOTES, new Dialect(), selection.sql(), cursor);
  }

  /** Connects and asks what there is to read. */
  static CursorReading open(
      StepContext context,
      StepEvents events,
      PostgresServer server,
      Selection limited,
      TypeTable types,
      CursorConfig config) {
    // A limit counts rows in the cursor's order, so it does not stand in the subquery.
    Selection selection = limited.unlimited();
    ReadSessions sessions = ReadSessions.open(server, context::whenCancelled);
    boolean opened = false;
    try {
      ResultShape shape = ResultShape.of(sessions.first(), selection.sql(), types);
      List<CursorColumn> cursor =
          new CursorTable(sessions.first(), selection, config).columns(shape.duckdb());
      CursorReading reading =
          new CursorReading(server, selection, sessions, new ReadCount(events), shape, cursor);
      opened = true;
      return reading;
    } catch (SQLException e) {
      throw server.failures().of(e);
    } finally {
      if (!opened) {
        close(sessions);
      }
    }
  }

  @Override
  public String source() {
    return "database '"
        + server.spec().fields().getOrDefault("database", "")
        + "', "
        + (selection.ofTable() ? "table " + selection.table() : "a query");
  }

  @Override
  public List<Column> columns() {
    return shape.duckdb();
  }

  @Override
  public CursorSql sql() {
    return sql;
  }

  @Override
  public Optional<List<String>> first(String query) {
    try (Statement statement = sessions.first().createStatement()) {
      statement.setEscapeProcessing(false);
      try (ResultSet result = statement.executeQuery(query)) {
        if (!result.next()) {
          return Optional.empty();
        }
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          values.add(result.getString(i));
        }
        return Optional.of(values);
      }
    } catch (SQLException e) {
      throw server.failures().of(e);
    }
  }

  @Override
  public RowSource rows(String query) {
    try {
      return new CopyRows(sessions.first(), shape, query, Part.WHOLE, server.failures(), count);
    } catch (SQLException e) {
      throw server.failures().of(e);
    }
  }

  @Override
  public long bytes() {
    return count.bytes();
  }

  @Override
  public void close() {
    close(sessions);
  }

  private static void close(ReadSessions sessions) {
    try {
      sessions.close();
    } catch (SQLException broken) {
      // It is what was wanted.
    }
  }

  /** What PostgreSQL writes in its own way. */
  private record Dialect() implements CursorSql.Dialect {
    @Override
    public String literal(CursorColumn column, String text) {
      return Sql.text(text) + "::pg_catalog." + column.type();
    }

    @Override
    public String text(String expression) {
      return expression + "::text";
    }

    @Override
    public String ago(CursorColumn column, Duration lag) {
      String now = column.type().equals("timestamp") ? "(now() AT TIME ZONE 'UTC')" : "now()";
      return now + " - interval '" + lag.toMillis() + " milliseconds'";
    }
  }
}
