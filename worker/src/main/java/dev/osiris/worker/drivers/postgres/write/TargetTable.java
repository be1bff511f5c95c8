package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.worker.database.WriteTarget;
import dev.osiris.worker.drivers.postgres.encode.TargetType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/**
 * The target as the server's catalog has it.
 *
 * @param uniqueKeys columns of each unique index by which a conflict can be found
 * @param copied whether COPY takes rows for it: not for a view, nor where row-level security holds
 */
record TargetTable(List<TargetColumn> columns, Set<Set<String>> uniqueKeys, boolean copied) {

  private static final String TABLE =
      """
      SELECT c.oid::int8, c.relkind <> 'v' AND NOT pg_catalog.row_security_active(c.oid)
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'f')
      """;

  private static final String COLUMNS =
      """
      WITH RECURSIVE base (number, type, modifier, domain) AS (
        SELECT attnum, atttypid, atttypmod, false FROM pg_catalog.pg_attribute
        WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT b.number, t.typbasetype, t.typtypmod, true
        FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.type WHERE t.typtype = 'd')
      SELECT a.attname, a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND NOT b.domain,
        a.attgenerated <> '', a.attidentity = 'a', coalesce(p.proname, ''), b.modifier,
        pg_catalog.format_type(b.type, -1), pg_catalog.format_type(b.type, b.modifier)
      FROM base b
      JOIN pg_catalog.pg_attribute a ON a.attrelid = ?::oid AND a.attnum = b.number
      JOIN pg_catalog.pg_type t ON t.oid = b.type AND t.typtype <> 'd'
      LEFT JOIN pg_catalog.pg_proc p ON p.oid = t.typreceive
      ORDER BY a.attnum
      """;

  private static final String KEYS =
      """
      SELECT i.indexrelid, a.attname
      FROM pg_catalog.pg_index i,
        unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place),
        pg_catalog.pg_attribute a
      WHERE i.indrelid = ?::oid AND i.indisunique AND i.indisvalid AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
        AND a.attrelid = i.indrelid AND a.attnum = k.number
      ORDER BY 1
      """;

  TargetTable {
    columns = List.copyOf(columns);
    uniqueKeys = Set.copyOf(uniqueKeys);
  }

  /** The table, if there is one. */
  static Optional<TargetTable> find(PgConnection session, WriteTarget target) throws SQLException {
    try (PreparedStatement statement = session.prepareStatement(TABLE)) {
      statement.setString(1, target.schema());
      statement.setString(2, target.table());
      try (ResultSet result = statement.executeQuery()) {
        if (!result.next()) {
          return Optional.empty();
        }
        long id = result.getLong(1);
        boolean copied = result.getBoolean(2);
        return Optional.of(new TargetTable(columns(session, id), keys(session, id), copied));
      }
    }
  }

  private static List<TargetColumn> columns(PgConnection session, long table) throws SQLException {
    List<TargetColumn> columns = new ArrayList<>();
    try (PreparedStatement statement = session.prepareStatement(COLUMNS)) {
      statement.setLong(1, table);
      statement.setLong(2, table);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          columns.add(
              new TargetColumn(
                  result.getString(1),
                  new TargetType(
                      result.getString(5),
                      result.getInt(6),
                      result.getString(7),
                      result.getString(8)),
                  result.getBoolean(2),
                  result.getBoolean(3),
                  result.getBoolean(4)));
        }
      }
    }
    return columns;
  }

  private static Set<Set<String>> keys(PgConnection session, long table) throws SQLException {
    Set<Set<String>> keys = new HashSet<>();
    try (PreparedStatement statement = session.prepareStatement(KEYS)) {
      statement.setLong(1, table);
      try (ResultSet result = statement.executeQuery()) {
        long index = -1;
        @Nullable Set<String> key = null;
        while (result.next()) {
          if (key == null || result.getLong(1) != index) {
            if (key != null) {
              keys.add(key);
            }
            key = new HashSet<>();
            index = result.getLong(1);
          }
          key.add(result.getString(2));
        }
        if (key != null) {
          keys.add(key);
        }
      }
    }
    return keys;
  }
}
