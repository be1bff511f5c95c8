package dev.osiris.worker.drivers.postgres;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PgResultSet;

/** The columns of a query, as the server knows them before it has made a row. */
record ResultShape(List<ColumnPlan> columns) {

  private static final String TYPES =
      """
      SELECT t.oid::int8, t.typname, n.nspname,
        CASE WHEN t.typcategory = 'A' AND t.typname NOT IN ('int2vector', 'oidvector')
          THEN t.typelem::int8 ELSE 0 END,
        (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e
          WHERE e.enumtypid = t.oid)
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE t.oid = ANY (?) OR t.oid IN
        (SELECT typelem FROM pg_catalog.pg_type WHERE oid = ANY (?))
      """;

  ResultShape {
    columns = List.copyOf(columns);
  }

  /** Asks the server about a SELECT; no row of it is made. */
  static ResultShape of(PgConnection session, String sql, TypeTable types) throws SQLException {
    String probe = "SELECT * FROM (" + sql + "\n) AS q LIMIT 0";
    Sql.checkSingle(probe);
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      try (ResultSet result = statement.executeQuery(probe)) {
        return of(session, result.unwrap(PgResultSet.class), types);
      }
    }
  }

  /** The columns of a result. */
  static ResultShape of(PgConnection session, PgResultSet result, TypeTable types)
      throws SQLException {
    List<String> names = new ArrayList<>();
    List<Integer> oids = new ArrayList<>();
    List<Integer> modifiers = new ArrayList<>();
    ResultSetMetaData meta = result.getMetaData();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      names.add(meta.getColumnLabel(i));
      oids.add(result.getColumnOID(i));
      modifiers.add(modifier(meta.getPrecision(i), meta.getScale(i)));
    }
    checkNames(names);
    Map<Integer, TypeTable.PgType> known = types(session, oids);
    List<ColumnPlan> plans = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      TypeTable.PgType type = known.get(oids.get(i));
      if (type == null) {
        type = new TypeTable.PgType("unknown", "", -1, List.of(), null);
      }
      plans.add(
          types.plan(
              names.get(i),
              new TypeTable.PgType(
                  type.name(), type.schema(), modifiers.get(i), type.labels(), type.element())));
    }
    return new ResultShape(plans);
  }

  /** As {@link ResultRows} reads it, where a list of what has no fixed number comes as its text. */
  ResultShape asResult() {
    return new ResultShape(
        columns.stream()
            .map(plan ->
                plan.decoder() instanceof ArrayDecoder && plan.column().type().startsWith("ENUM")
                    ? TypeTable.text(plan.column().name())
                    : plan)
            .toList());
  }

  List<Column> duckdb() {
    return columns.stream().map(ColumnPlan::column).toList();
  }

  /** The SELECT whose values have the forms that the decoders read. */
  String readable(String sql) {
    if (columns.stream().noneMatch(ColumnPlan::asText)) {
      return sql;
    }
    // concat() takes the text that the type itself makes, where a cast may have one of its own.
    String items =
        IntStream.range(0, columns.size())
            .mapToObj(i ->
                columns.get(i).asText()
                    ? "CASE WHEN c%1$d IS NOT DISTINCT FROM NULL THEN NULL ELSE concat(c%1$d) END"
                        .formatted(i)
                    : "c" + i)
            .collect(Collectors.joining(", "));
    String names =
        IntStream.range(0, columns.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    return "SELECT " + items + " FROM (" + sql + "\n) AS q(" + names + ")";
  }

  /** As the server packs it; the JDBC driver gives the two parts of numeric, unpacked alike. */
  private static int modifier(int precision, int scale) {
    return precision <= 0 ? -1 : (precision << 16 | scale & 0xFFFF) + 4;
  }

  private static void checkNames(List<String> names) {
    if (names.isEmpty()) {
      throw StepException.of(FailureCode.CONFIG_INVALID, "the query has no columns");
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw new StepException(
            Failure.of(
                    FailureCode.CONFIG_INVALID,
                    "two columns of the query are named '"
                        + name
                        + "', and DuckDB does not tell names apart by case")
                .inColumn(name)
                .advise("give one of them another name with AS"));
      }
    }
  }

  private static Map<Integer, TypeTable.PgType> types(PgConnection session, List<Integer> oids)
      throws SQLException {
    record Row(String name, String schema, int element, List<String> labels) {}
    Map<Integer, Row> rows = new HashMap<>();
    Long[] asked = oids.stream().distinct().map(Integer::toUnsignedLong).toArray(Long[]::new);
    Array array = session.createArrayOf("int8", asked);
    try (PreparedStatement statement =
        session.prepareStatement(TYPES.replace("(?)", "(?::int8[]::oid[])"))) {
      statement.setArray(1, array);
      statement.setArray(2, array);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          @Nullable Array labels = result.getArray(5);
          rows.put(
              (int) result.getLong(1),
              new Row(
                  result.getString(2),
                  result.getString(3),
                  (int) result.getLong(4),
                  labels == null ? List.of() : List.of((String[]) labels.getArray())));
        }
      }
    }
    Map<Integer, TypeTable.PgType> types = new HashMap<>();
    rows.forEach((oid, row) -> {
      Row element = rows.get(row.element());
      types.put(
          oid,
          new TypeTable.PgType(
              row.name(),
              row.schema(),
              -1,
              row.labels(),
              element == null
                  ? null
                  : new TypeTable.PgType(
                      element.name(), element.schema(), -1, element.labels(), null)));
    });
    return types;
  }
}
