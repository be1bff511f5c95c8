package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.worker.database.RefusedRows.Refusal;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the server says of rows that it refuses, without the values that it quotes. */
final class Refusals {

  private static final Pattern COLUMN =
      Pattern.compile("[Cc]olumn (?:(?:`[^`]*`\\.)*`([^`]+)`|'([^']+)')");
  private static final Pattern KEY = Pattern.compile("for key '([^']*)'$");

  /** About rows, though their SQLSTATE is one of all and everything. */
  private static final Set<Integer> ROWS =
      Set.of(1263, 1265, 1292, 1364, 1366, 1411, 1525, 1526, 1644, 1690, 3140, 3819, 4025, 4078);

  private Refusals() {}

  /** Whether the error is about the rows, and would come again with them. */
  static boolean isRefusal(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("22")
        || state.startsWith("23")
        || e.getErrorCode() > 0 && ROWS.contains(e.getErrorCode());
  }

  /** Why the row is refused, by the server's number and text of an error or warning. */
  static Refusal of(int number, String text, WritePlan plan) {
    String column = column(text, plan);
    Matcher key = KEY.matcher(text);
    String why =
        switch (number) {
          case 1022, 1062, 1586 ->
              "has a key that is there already"
                  + (key.find() ? ", which breaks the index '" + key.group(1) + "'" : "");
          case 1048, 1263, 1364 -> "has no value where the column takes no NULL";
          case 1216, 1452 -> "breaks a foreign key";
          case 3819, 4025 -> "breaks a check";
          case 1526 -> "belongs to no partition";
          case 1644 -> "is refused by a trigger";
          default -> "has a value that its column does not take";
        };
    return new Refusal(
        column, (column == null ? "" : "column '" + column + "' ") + why + " (" + number + ")");
  }

  /** The last that the text names, if there is one of that name: values come before it. */
  private static @Nullable String column(String text, WritePlan plan) {
    String found = null;
    Matcher matcher = COLUMN.matcher(text);
    while (matcher.find()) {
      String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      for (SentColumn sent : plan.columns()) {
        if (sent.target().name().equals(name)) {
          found = sent.input().name();
        }
      }
    }
    return found;
  }
}
