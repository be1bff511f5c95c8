package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.worker.database.inspect.Listing;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.jdbc.PgConnection;

/**
 * Runs {@code postgres.discover}: what tables there are, as the tables {@code tables}, {@code
 * columns} and {@code keys}. Reads the catalog alone, so it is as quick for large tables.
 */
public class PostgresDiscover implements Driver {

  private static final String RELATIONS =
      """
      pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname = %s
        AND has_table_privilege(c.oid, 'SELECT')
      """;

  private static final String TABLES =
      """
      SELECT n.nspname AS "schema", c.relname AS "name",
        CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
          ELSE 'table' END AS kind,
        CASE WHEN c.reltuples >= 0 AND c.relkind <> 'v' THEN c.reltuples::int8 END AS estimated_rows,
        CASE WHEN c.relkind IN ('r', 'm') THEN pg_table_size(c.oid) END AS bytes,
        obj_description(c.oid, 'pg_class') AS comment
      FROM %s ORDER BY 2
      """;

  private static final String COLUMNS =
      """
      SELECT n.nspname AS "schema", c.relname AS "table", a.attname AS "name", a.attnum AS position,
        format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
        a.atthasdef OR a.attidentity <> '' AS has_default, col_description(c.oid, a.attnum) AS comment
      FROM pg_catalog.pg_attribute a JOIN (SELECT c.oid, c.relname, c.relnamespace FROM %s) c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY 2, 4
      """;

  private static final String KEYS =
      """
      SELECT n.nspname AS "schema", c.relname AS "table", k.conname AS "name",
        CASE k.contype WHEN 'p' THEN 'primary' WHEN 'u' THEN 'unique' ELSE 'foreign' END AS kind,
        u.position, a.attname AS "column",
        CASE WHEN k.contype = 'f' THEN k.confrelid::regclass::text END AS referenced_table,
        CASE WHEN k.contype = 'f' THEN (SELECT r.attname FROM pg_catalog.pg_attribute r
          WHERE r.attrelid = k.confrelid AND r.attnum = k.confkey[u.position]) END AS referenced_column
      FROM pg_catalog.pg_constraint k
        JOIN (SELECT c.oid, c.relname, c.relnamespace FROM %s) c ON c.oid = k.conrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS u(attnum, position)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
      WHERE k.contype IN ('p', 'u', 'f') ORDER BY 2, 3, 5
      """;

  @Override
  public String component() {
    return "postgres.discover";
  }

  @Override
  public void run(StepContext context) throws SQLException {
    PostgresServer server = PostgresServer.of(context);
    String schema = context.config().optionalText("schema").orElse(server.schema());
    String relations = RELATIONS.formatted(Sql.text(schema));
    try (PgConnection session = server.connect()) {
      context.whenCancelled(() -> PostgresServer.abort(session));
      session.setReadOnly(true);
      session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      session.setAutoCommit(false);
      new Listing(
              TABLES.formatted(relations), COLUMNS.formatted(relations), KEYS.formatted(relations))
          .write(context, session);
      session.rollback();
    } catch (SQLException e) {
      throw server.failures().of(e);
    }
  }
}
