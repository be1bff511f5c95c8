package dev.osiris.worker.drivers.postgres;

import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import dev.osiris.worker.database.Selection;
import dev.osiris.worker.database.cursor.CursorChecks;
import dev.osiris.worker.database.cursor.CursorColumn;
import dev.osiris.worker.database.cursor.CursorConfig;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PgResultSet;

/** Which columns put the rows of a reading in order, as the server's catalog and the step say. */
final class CursorTable {

  /** Types whose values have an order, come back from DuckDB as they were, and are no floats. */
  private static final Map<Integer, String> TYPES =
      Map.ofEntries(
          Map.entry(Oid.INT2, "int2"),
          Map.entry(Oid.INT4, "int4"),
          Map.entry(Oid.INT8, "int8"),
          Map.entry(Oid.OID, "oid"),
          Map.entry(Oid.NUMERIC, "numeric"),
          Map.entry(Oid.DATE, "date"),
          Map.entry(Oid.TIMESTAMP, "timestamp"),
          Map.entry(Oid.TIMESTAMPTZ, "timestamptz"),
          Map.entry(Oid.TEXT, "text"),
          Map.entry(Oid.VARCHAR, "varchar"),
          Map.entry(Oid.BPCHAR, "bpchar"),
          Map.entry(Oid.UUID, "uuid"));

  private static final Set<String> ENDLESS = Set.of("numeric", "date", "timestamp", "timestamptz");

  private static final String PRIMARY_KEY =
      """
      SELECT a.attname FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
      WHERE i.indrelid = to_regclass(?) AND i.indisprimary
      ORDER BY array_position(i.indkey::int2[], a.attnum)
      """;

  private static final String NEVER_NULL =
      """
      SELECT a.attname FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
      WHERE c.oid = to_regclass(?) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND a.attnotnull
      """;

  private final PgConnection session;
  private final Selection selection;
  private final CursorConfig config;

  CursorTable(PgConnection session, Selection selection, CursorConfig config) {
    this.session = session;
    this.selection = selection;
    this.config = config;
  }

  /**
   * The cursor's column and then its keys.
   *
   * @param columns that the reading brings
   * @throws StepException {@code CONFIG_INVALID}, {@code COLUMN_UNKNOWN}, {@code TYPE_UNSUPPORTED}
   */
  List<CursorColumn> columns(List<Column> columns) throws SQLException {
    List<String> all = CursorChecks.names(config, catalog(PRIMARY_KEY), columns);
    Set<String> neverNull = new HashSet<>(catalog(NEVER_NULL));
    List<CursorColumn> cursor = new ArrayList<>();
    List<@Nullable String> types = types(all);
    for (int i = 0; i < all.size(); i++) {
      String type = types.get(i);
      if (type == null || isRounded(all.get(i), type, columns)) {
        throw CursorChecks.unsuitable(
            all.get(i),
            TYPES.values().stream().sorted().collect(Collectors.joining(", "))
                + "; numeric needs 'numeric: decimal' or 'text'");
      }
      cursor.add(
          new CursorColumn(
              all.get(i), type, !neverNull.contains(all.get(i)), ENDLESS.contains(type)));
    }
    CursorChecks.checkLag(
        config, cursor.getFirst(), cursor.getFirst().type().startsWith("timestamp"));
    return cursor;
  }

  private static boolean isRounded(String name, String type, List<Column> columns) {
    return type.equals("numeric")
        && columns.stream()
            .anyMatch(column -> column.name().equals(name) && column.type().equals("DOUBLE"));
  }

  private List<@Nullable String> types(List<String> names) throws SQLException {
    String sql =
        "SELECT "
            + names.stream().map(name -> "q." + Sql.name(name)).collect(Collectors.joining(", "))
            + " FROM ("
            + selection.sql()
            + "\n) AS q LIMIT 0";
    Sql.checkSingle(sql);
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      try (ResultSet result = statement.executeQuery(sql)) {
        PgResultSet columns = result.unwrap(PgResultSet.class);
        List<@Nullable String> types = new ArrayList<>();
        for (int i = 1; i <= names.size(); i++) {
          types.add(TYPES.get(columns.getColumnOID(i)));
        }
        return types;
      }
    }
  }

  /** Names of columns of the table; none for a query. */
  private List<String> catalog(String query) throws SQLException {
    List<String> names = new ArrayList<>();
    if (selection.ofTable()) {
      try (PreparedStatement statement = session.prepareStatement(query)) {
        statement.setString(1, selection.table());
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            names.add(result.getString(1));
          }
        }
      }
    }
    return names;
  }
}
