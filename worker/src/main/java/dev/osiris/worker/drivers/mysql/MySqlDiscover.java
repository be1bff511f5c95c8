package dev.osiris.worker.drivers.mysql;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.worker.database.inspect.Listing;
import dev.osiris.worker.drivers.mysql.session.MySqlServer;
import dev.osiris.worker.drivers.mysql.session.MySqlServer.Purpose;
import dev.osiris.worker.drivers.mysql.session.MySqlSession;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * Runs {@code mysql.discover}: what tables there are, as the tables {@code tables}, {@code columns}
 * and {@code keys}. Reads {@code information_schema} alone, which has what the user may see.
 */
public final class MySqlDiscover implements Driver {

  private static final String TABLES =
      """
      SELECT table_schema, table_name,
        CASE table_type WHEN 'BASE TABLE' THEN 'table' WHEN 'SYSTEM VIEW' THEN 'view' ELSE LOWER(table_type) END,
        table_rows, data_length,
        CASE WHEN table_type LIKE '%%VIEW' THEN NULL ELSE NULLIF(table_comment, '') END
      FROM information_schema.tables WHERE table_schema = %s ORDER BY table_name
      """;

  // MariaDB writes the default of a column that has none, and may be null, as the text NULL.
  private static final String COLUMNS =
      """
      SELECT table_schema, table_name, column_name, ordinal_position, column_type, is_nullable = 'YES',
        COALESCE(column_default, 'NULL') <> 'NULL' OR extra LIKE '%%auto_increment%%' OR extra LIKE '%%GENERATED%%',
        NULLIF(column_comment, '')
      FROM information_schema.columns WHERE table_schema = %s ORDER BY table_name, ordinal_position
      """;

  private static final String KEYS =
      """
      SELECT k.table_schema, k.table_name, k.constraint_name,
        CASE c.constraint_type WHEN 'PRIMARY KEY' THEN 'primary' WHEN 'UNIQUE' THEN 'unique' ELSE 'foreign' END,
        k.ordinal_position, k.column_name,
        CASE WHEN k.referenced_table_schema = k.table_schema THEN k.referenced_table_name
          ELSE CONCAT(k.referenced_table_schema, '.', k.referenced_table_name) END,
        k.referenced_column_name
      FROM information_schema.key_column_usage k JOIN information_schema.table_constraints c
        ON c.constraint_schema = k.constraint_schema AND c.constraint_name = k.constraint_name
          AND c.table_schema = k.table_schema AND c.table_name = k.table_name
      WHERE k.table_schema = %s AND c.constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
      ORDER BY k.table_name, k.constraint_name, k.ordinal_position
      """;

  @Override
  public String component() {
    return "mysql.discover";
  }

  @Override
  public void run(StepContext context) throws SQLException {
    MySqlServer server = MySqlServer.of(context);
    String schema = text(context.config().optionalText("schema").orElse(server.database()));
    try (MySqlSession session = server.connect(Purpose.READ)) {
      context.whenCancelled(session::abort);
      session.execute("START TRANSACTION READ ONLY");
      new Listing(TABLES.formatted(schema), COLUMNS.formatted(schema), KEYS.formatted(schema))
          .write(context, session.jdbc());
    } catch (SQLException e) {
      throw server.failures().of(e);
    }
  }

  /** A text in SQL, whatever sql_mode says of quotes and backslashes. */
  private static String text(String value) {
    return "CONVERT(X'"
        + HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8))
        + "' USING utf8mb4)";
  }
}
