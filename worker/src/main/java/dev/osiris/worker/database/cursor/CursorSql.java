package dev.osiris.worker.database.cursor;

import dev.osiris.unit.Sha256;
import dev.osiris.worker.database.Quoting;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statements of a reading by a cursor. What is read stands in them as a subquery {@code q}.
 *
 * @param dialect how the server writes what standard SQL leaves open
 * @param selection one SELECT without a limit
 */
public record CursorSql(
    Quoting quoting, Dialect dialect, String selection, List<CursorColumn> cursor) {

  /** A server's own SQL. */
  public interface Dialect {
    /** A literal of a column's type. */
    String literal(CursorColumn column, String text);

    /** An expression as text that {@link #literal} takes. */
    String text(String expression);

    /** What the server's clock said that long ago, to be compared with a column. */
    String ago(CursorColumn column, Duration lag);
  }

  public CursorSql {
    cursor = List.copyOf(cursor);
  }

  /** Rows from the first value on. */
  String from(String start) {
    CursorColumn first = cursor.getFirst();
    return name(first) + " >= " + dialect.literal(first, start);
  }

  /** Rows that come after a place. */
  String after(Watermark place) {
    return compared(" > ", place);
  }

  /** Rows up to a place, its own included. */
  String upTo(Watermark place) {
    return compared(" <= ", place);
  }

  /** Rows older than that. */
  String before(Duration lag) {
    CursorColumn first = cursor.getFirst();
    return name(first) + " <= " + dialect.ago(first, lag);
  }

  /** Whether there are rows that have no place in the order. */
  String unordered(CursorColumn column) {
    return "SELECT 1 FROM " + source() + " WHERE " + name(column) + " IS NULL LIMIT 1";
  }

  /** The last row in the order. */
  String last(List<String> conditions) {
    Stream<String> all =
        Stream.concat(conditions.stream(), Stream.of(name(cursor.getFirst()) + " IS NOT NULL"));
    return "SELECT "
        + joined(column -> dialect.text(name(column)))
        + " FROM "
        + source()
        + where(all.toList())
        + " ORDER BY "
        + joined(column -> name(column) + " DESC")
        + " LIMIT 1";
  }

  /** Rows in order. */
  String rows(List<String> conditions, Optional<Long> limit) {
    return "SELECT * FROM "
        + source()
        + where(conditions)
        + " ORDER BY "
        + joined(this::name)
        + limit.map(rows -> " LIMIT " + rows).orElse("");
  }

  /** SHA-256 of what decides which rows there are, beside the cursor. */
  String digest() {
    MessageDigest digest = Sha256.start();
    digest.update(selection.getBytes(StandardCharsets.UTF_8));
    return Sha256.finish(digest);
  }

  private String source() {
    return "(" + selection + "\n) AS q";
  }

  private static String where(List<String> conditions) {
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  private String compared(String sign, Watermark place) {
    String literals =
        IntStream.range(0, cursor.size())
            .mapToObj(i -> dialect.literal(cursor.get(i), place.values().get(i)))
            .collect(Collectors.joining(", "));
    if (cursor.size() == 1) {
      return joined(this::name) + sign + literals;
    }
    // The first part says no more than the second, and MySQL finds rows by an index with it alone.
    CursorColumn first = cursor.getFirst();
    return name(first)
        + sign.replace("> ", ">= ")
        + dialect.literal(first, place.values().getFirst())
        + " AND ("
        + joined(this::name)
        + ")"
        + sign
        + "("
        + literals
        + ")";
  }

  private String joined(Function<CursorColumn, String> form) {
    return cursor.stream().map(form).collect(Collectors.joining(", "));
  }

  private String name(CursorColumn column) {
    return "q." + quoting.name(column.name());
  }
}
