package dev.osiris.worker.drivers.mysql.cursor;

import dev.osiris.driver.RowSource;
import dev.osiris.driver.StepEvents;
import dev.osiris.step.Column;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.Selection;
import dev.osiris.worker.database.cursor.CursorChecks;
import dev.osiris.worker.database.cursor.CursorColumn;
import dev.osiris.worker.database.cursor.CursorConfig;
import dev.osiris.worker.database.cursor.CursorSession;
import dev.osiris.worker.database.cursor.CursorSql;
import dev.osiris.worker.drivers.mysql.protocol.Execute;
import dev.osiris.worker.drivers.mysql.protocol.Prepare;
import dev.osiris.worker.drivers.mysql.protocol.ResultColumn;
import dev.osiris.worker.drivers.mysql.protocol.ResultRows;
import dev.osiris.worker.drivers.mysql.read.Choices;
import dev.osiris.worker.drivers.mysql.read.ColumnPlan;
import dev.osiris.worker.drivers.mysql.read.TableRows;
import dev.osiris.worker.drivers.mysql.read.TypeTable;
import dev.osiris.worker.drivers.mysql.session.MySqlSession;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One session of {@code mysql.extractor} that reads in the order of a cursor. */
public final class CursorReading implements CursorSession {

  private final MySqlSession session;
  private final Selection selection;
  private final Choices choices;
  private final StepEvents events;
  private final List<Column> columns;
  private final CursorSql sql;

  private @Nullable TableRows rows;

  private CursorReading(
      MySqlSession session,
      Selection selection,
      Choices choices,
      StepEvents events,
      CursorConfig config)
      throws SQLException, IOException {
    this.session = session;
    this.selection = selection;
    this.choices = choices;
    this.events = events;
    List<ResultColumn> described = describe();
    this.columns =
        new TypeTable(choices).plans(described).stream().map(ColumnPlan::column).toList();
    this.sql =
        new CursorSql(
            Quoting.BACKTICKS, new MySqlDialect(), selection.sql(), cursor(config, described));
  }

  /**
   * Asks what there is to read. The session is closed with it, also on failure.
   *
   * @param session in its transaction
   * @param limited a limit of it counts rows in the cursor's order
   */
  public static CursorReading open(
      MySqlSession session,
      Selection limited,
      Choices choices,
      StepEvents events,
      CursorConfig config) {
    boolean opened = false;
    try {
      CursorReading reading =
          new CursorReading(session, limited.unlimited(), choices, events, config);
      opened = true;
      return reading;
    } catch (SQLException e) {
      throw session.failures().of(e);
    } catch (IOException e) {
      throw session.failures().of(e);
    } finally {
      if (!opened) {
        session.close();
      }
    }
  }

  @Override
  public String source() {
    return "database '"
        + session.server().database()
        + "', "
        + (selection.ofTable() ? "table " + selection.table() : "a query");
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public CursorSql sql() {
    return sql;
  }

  @Override
  public Optional<List<String>> first(String query) {
    try (Statement statement = session.jdbc().createStatement();
        ResultSet result = statement.executeQuery(query)) {
      if (!result.next()) {
        return Optional.empty();
      }
      List<String> values = new ArrayList<>();
      for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
        values.add(result.getString(i));
      }
      return Optional.of(values);
    } catch (SQLException e) {
      throw session.failures().of(e);
    }
  }

  @Override
  public RowSource rows(String query) {
    rows = new TableRows(session, query, choices, events);
    return rows;
  }

  @Override
  public long bytes() {
    TableRows begun = rows;
    return begun == null ? 0 : begun.bytes();
  }

  @Override
  public void close() {
    session.close();
  }

  private List<ResultColumn> describe() throws SQLException, IOException {
    Prepare.Prepared prepared =
        session.say(
            new Prepare("SELECT * FROM (" + selection.sql() + "\n) AS q LIMIT 0"),
            Prepare.Prepared.class);
    ResultRows none = session.say(new Execute(prepared), ResultRows.class);
    while (none.next(0)) {
      // There is none; its end has to be read.
    }
    return none.columns();
  }

  private List<CursorColumn> cursor(CursorConfig config, List<ResultColumn> described)
      throws SQLException {
    List<CursorColumn> cursor = new ArrayList<>();
    for (String name : CursorChecks.names(config, primaryKey(), columns)) {
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).name().equals(name)) {
          String type = CursorTypes.of(described.get(i), columns.get(i).type());
          cursor.add(new CursorColumn(name, type, columns.get(i).nullable(), false));
        }
      }
    }
    CursorChecks.checkLag(config, cursor.getFirst(), MySqlDialect.hasTime(cursor.getFirst()));
    return cursor;
  }

  private List<String> primaryKey() throws SQLException {
    List<String> names = new ArrayList<>();
    if (selection.ofTable()) {
      try (Statement statement = session.jdbc().createStatement();
          ResultSet keys =
              statement.executeQuery(
                  "SHOW KEYS FROM " + selection.table() + " WHERE Key_name = 'PRIMARY'")) {
        while (keys.next()) {
          names.add(keys.getString("Column_name"));
        }
      }
    }
    return names;
  }
}
