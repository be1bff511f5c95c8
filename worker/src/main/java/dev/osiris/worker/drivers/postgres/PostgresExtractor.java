package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.Driver;
import dev.osiris.driver.RowSource;
import dev.osiris.driver.StepConfig;
import dev.osiris.driver.StepContext;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.Selection;
import dev.osiris.worker.database.cursor.CursorConfig;
import dev.osiris.worker.database.cursor.IncrementalRead;
import dev.osiris.worker.drivers.postgres.NumericDecoder.Form;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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
    Optional<CursorConfig> cursor = CursorConfig.of(config);
    if (cursor.isPresent()) {
      new IncrementalRead(
              context,
              cursor.get(),
              events -> CursorReading.open(context, events, server, selection, types, cursor.get()))
          .run();
      return;
    }
    ReadCount count = new ReadCount(context.events());
    try (ReadSessions sessions = ReadSessions.open(server, context::whenCancelled)) {
      List<RowSource> sources = sources(server, sessions, config, selection, types, count);
      long written = context.write(TABLE, sources);
      context.events().metric("rows_read", written, "rows");
      context.events().metric("bytes_read", count.bytes(), "bytes");
      context.events().metric("connections", sources.size(), "connections");
    }
  }

  /** One for each session that reads; together they bring every row once. */
  private static List<RowSource> sources(
      PostgresServer server,
      ReadSessions sessions,
      StepConfig config,
      Selection selection,
      TypeTable types,
      ReadCount count) {
    PgConnection first = sessions.first();
    try {
      try {
        ResultShape shape = ResultShape.of(first, selection.sql(), types);
        Division division = Division.of(first, config, selection);
        sessions.share(division.sessions());
        Queue<Part> parts = new ConcurrentLinkedQueue<>(division.parts());
        List<RowSource> sources = new ArrayList<>();
        for (PgConnection session : sessions.all()) {
          sources.add(
              new PartRows(
                  session,
                  shape,
                  parts,
                  server.failures(),
                  part ->
                      new CopyRows(
                          session,
                          shape,
                          selection.sql(part.condition()),
                          part,
                          server.failures(),
                          count)));
        }
        return sources;
      } catch (SQLException e) {
        if (!List.of("42601", "0A000").contains(e.getSQLState()) || sessions.all().size() > 1) {
          throw e;
        }
        first.rollback();
        return List.of(ResultRows.of(first, selection.sql(), types, server.failures(), count));
      }
    } catch (SQLException e) {
      throw server.failures().of(e);
    }
  }
}
