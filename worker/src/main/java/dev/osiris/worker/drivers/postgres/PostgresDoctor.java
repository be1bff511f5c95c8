package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.worker.database.inspect.Checks;
import dev.osiris.worker.database.inspect.Checks.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/** Runs {@code postgres.doctor}: connects as a step would, and says what a step would meet. */
public class PostgresDoctor implements Driver {

  /** The oldest release that its makers still mend. */
  private static final int OLDEST = 140_000;

  @Override
  public String component() {
    return "postgres.doctor";
  }

  @Override
  public void run(StepContext context) throws SQLException {
    PostgresServer server = PostgresServer.of(context);
    Checks checks = new Checks();
    try (PgConnection session = server.connect()) {
      context.whenCancelled(() -> PostgresServer.abort(session));
      checks.ok("connect", "logged in as " + server.spec().fields().get("user"));
      encryption(session, checks);
      version(session, checks);
      schema(session, server.schema(), checks);
    } catch (SQLException e) {
      throw server.failures().of(e);
    }
    checks.write(context);
  }

  private static void encryption(PgConnection session, Checks checks) throws SQLException {
    checks.encryption(
        text(session, "SELECT version FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()"),
        "set 'sslmode: require', or 'sslrootcert' to verify the server as well");
  }

  private static void version(PgConnection session, Checks checks) throws SQLException {
    String number = text(session, "SELECT current_setting('server_version_num')");
    checks.version(
        "PostgreSQL " + text(session, "SELECT current_setting('server_version')"),
        number == null || Integer.parseInt(number) >= OLDEST,
        "14");
  }

  private static void schema(PgConnection session, String schema, Checks checks)
      throws SQLException {
    String oid = "to_regnamespace(" + Sql.text(Sql.name(schema)) + ")";
    if (text(session, "SELECT " + oid) == null) {
      checks.add(
          "schema",
          Status.FAILED,
          "there is no schema '" + schema + "'",
          "correct 'schema' of the connection, or create it");
      return;
    }
    if (!flag(session, "SELECT has_schema_privilege(" + oid + "::oid, 'USAGE')")) {
      checks.add(
          "schema",
          Status.FAILED,
          "the user may not use the schema '" + schema + "'",
          "GRANT USAGE ON SCHEMA to the user");
      return;
    }
    String readable =
        text(
            session,
            "SELECT count(*) FILTER (WHERE has_table_privilege(oid, 'SELECT')) || ' of ' || count(*)"
                + " FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f')"
                + " AND relnamespace = "
                + oid);
    checks.ok("read", readable + " tables of the schema '" + schema + "' may be read");
    if (flag(session, "SELECT pg_is_in_recovery()")) {
      checks.add(
          "write",
          Status.WARN,
          "the server is a replica, which takes no writes",
          "write to its primary");
    } else if (flag(session, "SELECT has_schema_privilege(" + oid + "::oid, 'CREATE')")) {
      checks.ok("write", "tables may be created in the schema '" + schema + "'");
    } else {
      checks.add(
          "write",
          Status.WARN,
          "no table may be created in the schema '" + schema + "'",
          "a writer needs a table that is there already, or GRANT CREATE ON SCHEMA");
    }
  }

  private static boolean flag(PgConnection session, String query) throws SQLException {
    return "t".equals(text(session, query));
  }

  private static @Nullable String text(PgConnection session, String query) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getString(1) : null;
    }
  }
}
