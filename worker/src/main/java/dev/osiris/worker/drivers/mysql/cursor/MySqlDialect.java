package dev.osiris.worker.drivers.mysql.cursor;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.database.cursor.CursorColumn;
import dev.osiris.worker.database.cursor.CursorSql;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/** What MySQL and MariaDB write in their own way, in a session of UTC. */
record MySqlDialect() implements CursorSql.Dialect {

  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,65}(\\.\\d{1,65})?");

  /** DuckDB tells the zone, which is the session's. */
  private static final Pattern TIME =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d( \\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?)?)(\\+00)?");

  private static final Set<String> TIMES = Set.of("datetime", "timestamp");

  static boolean hasTime(CursorColumn column) {
    return TIMES.contains(column.type());
  }

  /**
   * A literal of the type itself: compared with a text, a number would become a double and a time a
   * text.
   */
  @Override
  public String literal(CursorColumn column, String text) {
    return switch (column.type()) {
      case "text" ->
          // No collation of its own, so the column's decides; and no escapes, whatever sql_mode is.
          "_utf8mb4 X'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
      case "uuid" ->
          "CAST('" + matched(column, text, Pattern.compile("([-0-9a-f]+)")) + "' AS UUID)";
      case "date" -> "DATE'" + matched(column, text, TIME) + "'";
      case "datetime", "timestamp" -> {
        String time = matched(column, text, TIME);
        yield "TIMESTAMP'" + (time.length() == 10 ? time + " 00:00:00" : time) + "'";
      }
      default -> matched(column, text, NUMBER);
    };
  }

  @Override
  public String text(String expression) {
    return "CAST(" + expression + " AS CHAR)";
  }

  @Override
  public String ago(CursorColumn column, Duration lag) {
    return "UTC_TIMESTAMP(6) - INTERVAL " + lag.toMillis() * 1_000 + " MICROSECOND";
  }

  private static String matched(CursorColumn column, String text, Pattern form) {
    var matcher = form.matcher(text);
    if (!matcher.matches()) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "the value from which to read " + column + " is not one of its type",
          "correct 'cursor_start', or read everything anew with --full-refresh");
    }
    return matcher.groupCount() > 0 && form != NUMBER ? matcher.group(1) : matcher.group();
  }
}
