package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.database.WriteTarget;
import dev.osiris.worker.drivers.mysql.encode.TargetType;
import dev.osiris.worker.drivers.mysql.session.MySqlSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The target as the server's catalog has it.
 *
 * @param uniqueKeys columns of each unique index over whole columns
 */
record TargetTable(List<TargetColumn> columns, Set<Set<String>> uniqueKeys) {

  private static final String TABLE =
      """
      SELECT t.table_type, t.engine, e.transactions
      FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine
      WHERE t.table_schema = coalesce(?, DATABASE()) AND t.table_name = ?
      """;

  private static final String COLUMNS =
      """
      SELECT column_name, data_type, column_type, is_nullable, column_default IS NULL, extra,
        coalesce(character_maximum_length, numeric_precision, 0), numeric_scale, datetime_precision
      FROM information_schema.columns
      WHERE table_schema = coalesce(?, DATABASE()) AND table_name = ? ORDER BY ordinal_position
      """;

  private static final String KEYS =
      """
      SELECT index_name, column_name, sub_part IS NULL FROM information_schema.statistics
      WHERE table_schema = coalesce(?, DATABASE()) AND table_name = ? AND non_unique = 0
      """;

  TargetTable {
    columns = List.copyOf(columns);
    uniqueKeys = Set.copyOf(uniqueKeys);
  }

  /**
   * The table, if there is one.
   *
   * @throws StepException {@code CONFIG_INVALID} for one that takes no transaction
   */
  static Optional<TargetTable> find(MySqlSession session, WriteTarget target) throws SQLException {
    try (PreparedStatement statement = prepared(session, TABLE, target);
        ResultSet result = statement.executeQuery()) {
      if (!result.next()) {
        return Optional.empty();
      }
      if (!"YES".equals(result.getString(3))) {
        throw unsafe(target, result.getString(1), result.getString(2));
      }
    }
    return Optional.of(new TargetTable(columns(session, target), keys(session, target)));
  }

  private static StepException unsafe(WriteTarget target, String kind, @Nullable String engine) {
    if (engine == null) {
      return StepException.of(
          FailureCode.CONFIG_INVALID,
          target.name() + " is no table but a " + kind.toLowerCase(Locale.ROOT),
          "write to the table below it");
    }
    return StepException.of(
        FailureCode.CONFIG_INVALID,
        target.name()
            + " is a table of the engine "
            + engine
            + ", which has no transactions: readers would see a part of the rows, and a failure"
            + " would leave it",
        "ALTER TABLE … ENGINE = InnoDB");
  }

  private static List<TargetColumn> columns(MySqlSession session, WriteTarget target)
      throws SQLException {
    List<TargetColumn> columns = new ArrayList<>();
    try (PreparedStatement statement = prepared(session, COLUMNS, target);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        boolean nullable = "YES".equals(result.getString(4));
        String extra = result.getString(6).toLowerCase(Locale.ROOT);
        boolean generated = extra.contains("generated") && !extra.contains("default_generated");
        boolean required =
            !nullable && result.getBoolean(5) && !extra.contains("auto_increment") && !generated;
        Object scale = result.getObject(8);
        columns.add(
            new TargetColumn(
                result.getString(1),
                new TargetType(
                    result.getString(2).toLowerCase(Locale.ROOT),
                    result.getString(3),
                    result.getLong(7),
                    scale == null ? -1 : result.getInt(8),
                    result.getInt(9)),
                nullable,
                required,
                generated || extra.contains("persistent") || extra.contains("virtual")));
      }
    }
    return columns;
  }

  private static Set<Set<String>> keys(MySqlSession session, WriteTarget target)
      throws SQLException {
    Map<String, Set<String>> keys = new TreeMap<>();
    Set<String> partial = new HashSet<>();
    try (PreparedStatement statement = prepared(session, KEYS, target);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        String column = result.getString(2);
        if (column == null || !result.getBoolean(3)) {
          partial.add(result.getString(1));
        } else {
          keys.computeIfAbsent(result.getString(1), name -> new HashSet<>()).add(column);
        }
      }
    }
    keys.keySet().removeAll(partial);
    return new HashSet<>(keys.values());
  }

  private static PreparedStatement prepared(MySqlSession session, String sql, WriteTarget target)
      throws SQLException {
    PreparedStatement statement = session.jdbc().prepareStatement(sql);
    statement.setString(1, target.schema().isEmpty() ? null : target.schema());
    statement.setString(2, target.table());
    return statement;
  }
}
