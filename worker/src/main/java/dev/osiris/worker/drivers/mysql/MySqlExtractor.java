package dev.osiris.worker.drivers.mysql;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepConfig;
import dev.osiris.driver.StepContext;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.Selection;
import dev.osiris.worker.database.cursor.CursorConfig;
import dev.osiris.worker.database.cursor.IncrementalRead;
import dev.osiris.worker.drivers.mysql.cursor.CursorReading;
import dev.osiris.worker.drivers.mysql.read.Choices;
import dev.osiris.worker.drivers.mysql.read.TableRows;
import dev.osiris.worker.drivers.mysql.session.MySqlServer;
import dev.osiris.worker.drivers.mysql.session.MySqlServer.Purpose;
import dev.osiris.worker.drivers.mysql.session.MySqlSession;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Runs {@code mysql.extractor}. */
public final class MySqlExtractor implements Driver {

  private static final String TABLE = "main";

  @Override
  public String component() {
    return "mysql.extractor";
  }

  @Override
  public void run(StepContext context) throws SQLException {
    MySqlServer server = MySqlServer.of(context);
    StepConfig config = context.config();
    Selection selection = Selection.of(config, Quoting.BACKTICKS, "");
    Optional<CursorConfig> cursor = CursorConfig.of(config);
    if (cursor.isPresent()) {
      Selection read = selection;
      new IncrementalRead(
              context,
              cursor.get(),
              events ->
                  CursorReading.open(
                      begun(context, server), read, Choices.of(config), events, cursor.get()))
          .run();
      return;
    }
    if (selection.offset().isPresent() && selection.limit().isEmpty()) {
      // MySQL knows no OFFSET without a LIMIT.
      selection = selection.limitedTo(Long.MAX_VALUE);
    }
    try (MySqlSession session = begun(context, server)) {
      TableRows rows =
          new TableRows(session, selection.sql(), Choices.of(config), context.events());
      long written = context.write(TABLE, rows);
      context.events().metric("rows_read", written, "rows");
      context.events().metric("bytes_read", rows.bytes(), "bytes");
    }
  }

  private static MySqlSession begun(StepContext context, MySqlServer server) {
    MySqlSession session = server.connect(Purpose.READ);
    boolean begun = false;
    try {
      context.whenCancelled(session::abort);
      begin(session, context.config());
      begun = true;
      return session;
    } finally {
      if (!begun) {
        session.close();
      }
    }
  }

  /** One snapshot for all that is read, and nothing is written. */
  private static void begin(MySqlSession session, StepConfig config) {
    try {
      session.set(config.map("session"));
      if (config.has("statement_timeout")) {
        Duration most = config.duration("statement_timeout");
        session.execute(
            session.isMariaDb()
                ? "SET SESSION max_statement_time = " + most.toMillis() / 1000.0
                : "SET SESSION max_execution_time = " + most.toMillis());
      }
      session.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      session.execute(
          config.flag("snapshot")
              ? "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
              : "START TRANSACTION READ ONLY");
    } catch (SQLException e) {
      throw session.failures().of(e);
    }
  }
}
