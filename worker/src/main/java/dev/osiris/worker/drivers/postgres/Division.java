package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.StepConfig;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.Selection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postgresql.jdbc.PgConnection;

/**
 * Into what parts a reading is divided, and how many sessions read them at once. There are more
 * parts than sessions, so that all end at about the same time.
 */
record Division(List<Part> parts, int sessions) {

  static final Division NONE = new Division(List.of(Part.WHOLE), 1);

  /** A smaller table is read before a second session is there. */
  private static final long LARGE_BYTES = 64L << 20;

  private static final int MOST_SESSIONS = 4;
  private static final int PARTS_PER_SESSION = 8;

  /** The types that have as much between two values as the pages between them, about. */
  private static final Map<String, String> KEYS =
      Map.of(
          "int2", "numeric",
          "int4", "numeric",
          "int8", "numeric",
          "numeric", "numeric",
          "date", "date",
          "timestamp", "timestamp",
          "timestamptz", "timestamptz");

  /** From here on PostgreSQL finds a range of ctid without reading the whole table. */
  private static final int CTID_RANGES = 140_000;

  Division {
    parts = List.copyOf(parts);
  }

  /**
   * By the keys {@code parallel} and {@code parallel_by}; without them, by what the table is.
   *
   * @throws StepException {@code CONFIG_INVALID} when it is asked for and cannot be
   */
  static Division of(PgConnection session, StepConfig config, Selection selection)
      throws SQLException {
    Optional<Long> asked = config.optionalInteger("parallel");
    Optional<String> key = config.optionalText("parallel_by");
    int sessions =
        asked
            .map(Math::toIntExact)
            .orElse(Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_SESSIONS));
    boolean limited = selection.limit().isPresent() || selection.offset().isPresent();
    if (limited && (asked.orElse(1L) > 1 || key.isPresent())) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "'limit' and 'offset' count the rows of one reading, and this one is divided",
          "leave out 'parallel' and 'parallel_by'");
    }
    if (limited || sessions == 1) {
      return NONE;
    }
    if (key.isPresent()) {
      return new Division(byKey(session, selection, key.get(), sessions), sessions);
    }
    long pages = selection.ofTable() ? pages(session, selection) : 0;
    if (asked.isEmpty()) {
      return pages * pageBytes(session) < LARGE_BYTES
              || !session.haveMinimumServerVersion(CTID_RANGES)
          ? NONE
          : new Division(byPages(pages, sessions), sessions);
    }
    if (pages == 0) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          selection.ofTable()
              ? "what is read is no plain table with rows, so it has no pages by which it can be divided"
              : "a query has no pages by which it can be divided",
          "name a column of it with 'parallel_by', or leave out 'parallel'");
    }
    return new Division(byPages(pages, sessions), sessions);
  }

  boolean divided() {
    return parts.size() > 1;
  }

  /** None for what has no pages of its own: a view, a partitioned table, a foreign one. */
  private static long pages(PgConnection session, Selection selection) throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement(
            """
            SELECT pg_relation_size(oid) / current_setting('block_size')::int8 FROM pg_catalog.pg_class
            WHERE oid = to_regclass(?) AND relkind IN ('r', 'm')
            """)) {
      statement.setString(1, selection.table());
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? result.getLong(1) : 0;
      }
    }
  }

  private static long pageBytes(PgConnection session) {
    return Long.parseLong(session.getParameterStatuses().getOrDefault("block_size", "8192"));
  }

  private static List<Part> byPages(long pages, int sessions) {
    long count = Math.min(pages, (long) sessions * PARTS_PER_SESSION);
    List<Part> parts = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      String from = "ctid >= '(" + pages * i / count + ",0)'";
      // The last has no end: a page that has come meanwhile may hold rows of this snapshot.
      String condition =
          i + 1 == count ? from : from + " AND ctid < '(" + pages * (i + 1) / count + ",0)'";
      parts.add(new Part(condition, " of those with " + condition));
    }
    return parts;
  }

  private static List<Part> byKey(
      PgConnection session, Selection selection, String key, int sessions) throws SQLException {
    String column = Quoting.DOUBLE_QUOTES.name(key);
    String type = type(session, selection, key, column);
    List<String> bounds = bounds(session, selection, column, type, sessions * PARTS_PER_SESSION);
    if (bounds.isEmpty()) {
      return NONE.parts();
    }
    List<String> conditions = new ArrayList<>();
    conditions.add("(" + column + " < " + bounds.getFirst() + " OR " + column + " IS NULL)");
    for (int i = 1; i < bounds.size(); i++) {
      conditions.add(
          column + " >= " + bounds.get(i - 1) + " AND " + column + " < " + bounds.get(i));
    }
    conditions.add(column + " >= " + bounds.getLast());
    List<Part> parts = new ArrayList<>();
    for (String condition : conditions) {
      parts.add(
          new Part(
              condition,
              " of part %d of %d by '%s'".formatted(parts.size() + 1, conditions.size(), key)));
    }
    return parts;
  }

  private static String type(PgConnection session, Selection selection, String key, String column)
      throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT " + column + " FROM (" + selection.sql() + "\n) AS q LIMIT 0")) {
      String type = result.getMetaData().getColumnTypeName(1);
      // As the JDBC driver calls a column that counts by itself.
      String plain =
          switch (type) {
            case "smallserial" -> "int2";
            case "serial" -> "int4";
            case "bigserial" -> "int8";
            default -> type;
          };
      if (!KEYS.containsKey(plain)) {
        throw StepException.of(
            FailureCode.CONFIG_INVALID,
            "a reading is not divided by '" + key + "', which is of type " + type,
            "name a column of whole numbers, numeric, date or timestamp with 'parallel_by'");
      }
      return plain;
    }
  }

  /** As literals of the server's, ascending, between its least value and its largest. */
  private static List<String> bounds(
      PgConnection session, Selection selection, String column, String type, int count)
      throws SQLException {
    String sql =
        """
        SELECT (lo + (hi - lo) * i / %1$d)::%2$s::text
        FROM (SELECT min(%3$s)::%4$s AS lo, max(%3$s)::%4$s AS hi FROM (%5$s
        ) AS q) AS r, generate_series(1, %1$d - 1) AS i WHERE lo < hi ORDER BY i
        """
            .formatted(count, type, column, KEYS.get(type), selection.sql());
    List<String> bounds = new ArrayList<>();
    try (Statement statement = session.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        bounds.add(Sql.text(result.getString(1)) + "::" + type);
      }
    }
    return bounds.stream().distinct().collect(Collectors.toList());
  }
}
