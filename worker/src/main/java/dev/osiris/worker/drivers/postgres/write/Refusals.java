package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.worker.database.RefusedRows.Refusal;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the server says of rows that it refuses, without the values that it quotes. */
final class Refusals {

  /** The server's language is not ours to choose: in others the row is looked for instead. */
  private static final Pattern PLACE =
      Pattern.compile("^COPY .*, line (\\d+)(?:, column (.+?))?(?::.*)?$");

  private Refusals() {}

  /** Whether the error is about the rows, and would come again with them. */
  static boolean isRefusal(SQLException e) {
    String state = state(e);
    return state.startsWith("22")
        || state.startsWith("23")
        || state.equals("21000")
        || state.equals("44000")
        || state.equals("54000")
        || state.equals("P0001");
  }

  /** Which row of a COPY it is about, from 1; empty where the server does not say. */
  static OptionalInt line(SQLException e) {
    return place(e)
        .map(place -> OptionalInt.of(Integer.parseInt(place.group(1))))
        .orElse(OptionalInt.empty());
  }

  /** Why the row is refused. */
  static Refusal of(SQLException e, WritePlan plan) {
    ServerErrorMessage told =
        e instanceof PSQLException error ? error.getServerErrorMessage() : null;
    String column = told == null ? null : column(e, told, plan);
    String constraint =
        told == null || told.getConstraint() == null ? "" : " '" + told.getConstraint() + "'";
    String state = state(e);
    String why =
        switch (state) {
          case "23505" ->
              "has a key that is there already, which breaks the constraint" + constraint;
          case "23502" -> "has no value where the column takes no NULL";
          case "23503" -> "breaks the foreign key" + constraint;
          case "23514", "44000" -> "breaks the check" + constraint;
          case "P0001" -> "is refused by a trigger";
          case "54000" -> "has a value that is too large for an index";
          default ->
              state.startsWith("22")
                  ? "has a value that its column does not take"
                  : "breaks a constraint";
        };
    return new Refusal(
        column, (column == null ? "" : "column '" + column + "' ") + why + " (" + state + ")");
  }

  private static @Nullable String column(SQLException e, ServerErrorMessage told, WritePlan plan) {
    String name = told.getColumn();
    if (name == null) {
      name = place(e).map(place -> place.group(2)).orElse(null);
    }
    if (name == null) {
      return null;
    }
    for (int i = 0; i < plan.columns().size(); i++) {
      SentColumn sent = plan.columns().get(i);
      if (sent.target().name().equals(name) || plan.staged() && name.equals("c" + i)) {
        return sent.input().name();
      }
    }
    return name;
  }

  private static Optional<Matcher> place(SQLException e) {
    ServerErrorMessage told =
        e instanceof PSQLException error ? error.getServerErrorMessage() : null;
    String context = told == null ? null : told.getWhere();
    return context == null
        ? Optional.empty()
        : context.lines().map(PLACE::matcher).filter(Matcher::matches).findFirst();
  }

  private static String state(SQLException e) {
    String state = e.getSQLState();
    return state == null ? "" : state;
  }
}
