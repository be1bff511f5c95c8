package dev.osiris.worker.database.cursor;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What one run reads: from where the last one has ended to the newest row that there is when this
 * one begins. It stays the same however many sessions it takes.
 *
 * @param columns of the rows
 * @param begin after which row the run begins; empty for the first run
 * @param end the last row; empty when there is none
 */
record CursorSpan(
    CursorConfig config, List<Column> columns, Optional<Watermark> begin, Optional<Watermark> end) {

  /** Values that come after all others and have nothing after them. */
  private static final Set<String> ENDLESS = Set.of("infinity", "-infinity", "nan");

  /**
   * Asks the server.
   *
   * @throws StepException {@code VALUE_INVALID} for a row that has no place in the order
   */
  static CursorSpan of(CursorConfig config, CursorSession session, Optional<Watermark> begin) {
    CursorSql sql = session.sql();
    if (!config.skipNulls()) {
      sql.cursor().stream().filter(CursorColumn::nullable).forEach(c -> checkValues(session, c));
    }
    CursorSpan open = new CursorSpan(config, session.columns(), begin, Optional.empty());
    List<String> conditions = open.conditions(sql, begin);
    config.lag().ifPresent(lag -> conditions.add(sql.before(lag)));
    Optional<List<String>> last = session.first(sql.last(conditions));
    last.ifPresent(values -> checkFinite(sql.cursor(), values));
    return new CursorSpan(config, session.columns(), begin, last.map(Watermark::new));
  }

  /**
   * The rows that are left.
   *
   * @param read the last row that was read, in this run or before it
   * @param rows that this run has read
   */
  String rest(CursorSql sql, Optional<Watermark> read, long rows) {
    List<String> conditions = conditions(sql, read);
    end.ifPresent(last -> conditions.add(sql.upTo(last)));
    return sql.rows(conditions, config.limit().map(most -> most - rows));
  }

  private List<String> conditions(CursorSql sql, Optional<Watermark> read) {
    List<String> conditions = new ArrayList<>();
    read.map(sql::after).or(() -> config.start().map(sql::from)).ifPresent(conditions::add);
    return conditions;
  }

  private static void checkValues(CursorSession session, CursorColumn column) {
    if (session.first(session.sql().unordered(column)).isPresent()) {
      throw CursorChecks.withoutValue(column, "a row of " + session.source());
    }
  }

  private static void checkFinite(List<CursorColumn> cursor, List<String> values) {
    for (int i = 0; i < cursor.size(); i++) {
      CursorColumn column = cursor.get(i);
      if (column.endless() && ENDLESS.contains(values.get(i).toLowerCase(Locale.ROOT))) {
        throw new StepException(
            Failure.of(
                    FailureCode.VALUE_INVALID,
                    "the last value of "
                        + column
                        + " has none after it, so no row would ever be new")
                .inColumn(column.name())
                .advise("leave out rows with infinity or NaN, with 'where' or in the query"));
      }
    }
  }
}
