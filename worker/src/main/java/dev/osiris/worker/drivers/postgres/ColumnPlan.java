package dev.osiris.worker.drivers.postgres;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;

/**
 * How one column of a result comes over.
 *
 * @param asText whether the server is asked for its text, because its own form is not read
 */
record ColumnPlan(Column column, Decoder decoder, boolean asText) {

  /**
   * That a value does not fit.
   *
   * @param row of the part, counted from 1
   */
  StepException refused(long row, Part part, Decoder.Unfitting unfitting) {
    return new StepException(
        Failure.of(
                FailureCode.VALUE_INVALID,
                "the value of column '"
                    + column.name()
                    + "' in row "
                    + row
                    + part.where()
                    + " "
                    + unfitting.getMessage()
                    + ", and is no "
                    + column.type())
            .at(
                new Failure.Where(
                    null,
                    null,
                    part.equals(Part.WHOLE) ? row : null,
                    column.name(),
                    column.type(),
                    null,
                    null))
            .advise(
                column.type().startsWith("DECIMAL")
                    ? "set 'numeric: text' or 'numeric: double', or cast it in the query"
                    : "cast it in the query, such as to text"));
  }
}
