package dev.osiris.worker.duckdb;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A value of Java that DuckDB refused for its column's type: not the fault of a query. */
final class UnfittingValue {

  private static final Pattern CARRIED = Pattern.compile("source column c([0-9]{1,6})$");

  private UnfittingValue() {}

  /**
   * The failure with the column's name, where it is one of a value.
   *
   * @param columns of the row source, in the order in which they were carried
   */
  static RuntimeException named(
      RuntimeException translated, SQLException exception, List<RowColumn> columns) {
    if (!(translated instanceof StepException failed)
        || failed.failure().code() != FailureCode.SQL_VALUE) {
      return translated;
    }
    // The engine names the column by our own label, at the very end; no value can pretend to be it.
    String text = DuckDbFailures.engineText(exception).orElse("");
    Matcher matcher = CARRIED.matcher(text);
    int index = matcher.find() ? Integer.parseInt(matcher.group(1)) : Integer.MAX_VALUE;
    if (index >= columns.size()) {
      return new StepException(
          Failure.of(FailureCode.VALUE_INVALID, "a value does not fit the type of its column"),
          exception);
    }
    Column column = columns.get(index).column();
    Failure.Where where =
        new Failure.Where(null, null, null, column.name(), column.type(), null, null);
    return new StepException(
        Failure.of(
                FailureCode.VALUE_INVALID,
                "a value of column '" + column.name() + "' is no " + column.type())
            .at(where),
        exception);
  }
}
