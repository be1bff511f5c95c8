package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepConfig;
import dev.osiris.driver.StepContext;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.Selection;
import dev.osiris.worker.drivers.postgres.NumericDecoder.Form;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import org.postgresql.jdbc.PgConnection;

/** Runs {@code postgres.extractor}. */
public class PostgresExtractor implements Driver {

  private static final String TABLE = "main";

  @Override
  public String component() {
    return "postgres.extractor";
  }

  @Override
  public void run(StepContext context) throws SQLException {
    PostgresServer server = PostgresServer.of(context);
    StepConfig config = context.config();
    Selection selection = Selection.of(config, Quoting.DOUBLE_QUOTES, server.schema());
    TypeTable types = new TypeTable(Form.valueOf(config.text("numeric").toUpperCase(Locale.ROOT)));
    try (PgConnection session = server.connect()) {
      context.whenCancelled(() -> PostgresServer.abort(session));
      ResultShape shape = begin(server, session, selection, types);
      CopyRows rows =
          new CopyRows(session, shape, selection.sql(), server.failures(), context.events());
      long written = context.write(TABLE, rows);
      session.rollback();
      context.events().metric("rows_read", written, "rows");
      context.events().metric("bytes_read", rows.bytes(), "bytes");
    }
  }

  /** One snapshot for all that is read, and nothing is written. */
  private static ResultShape begin(
      PostgresServer server, PgConnection session, Selection selection, TypeTable types) {
    try {
      session.setReadOnly(true);
      session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      session.setAutoCommit(false);
      return ResultShape.of(session, selection.sql(), types);
    } catch (SQLException e) {
      throw server.failures().of(e);
    }
  }
}
