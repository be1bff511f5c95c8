package dev.osiris.worker.database;

import dev.osiris.driver.RejectedRow;
import dev.osiris.driver.StepTargets;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a step that its target refuses: the first one's place and all their number go into
 * the failure, their values into the step's rejects file and nowhere else.
 */
public final class RefusedRows {

  /** So many are looked for; by then it is clear that something is wrong with all of them. */
  public static final int MOST = 100;

  private final StepTargets targets;
  private final String table;
  private @Nullable Refusal first;
  private @Nullable String rejects;
  private long firstRow;
  private int count;

  /**
   * Why a row is refused, in words that quote no value.
   *
   * @param column {@code null} when no single one is to blame
   * @param why completes "the row …", such as {@code breaks the check 'positive' (23514)}
   */
  public record Refusal(@Nullable String column, String why) {}

  /**
   * @param table for people
   */
  public RefusedRows(StepTargets targets, String table) {
    this.targets = targets;
    this.table = table;
  }

  /** Adds a row; rows come in ascending order. */
  public void add(Refusal refusal, RejectedRow row) throws IOException {
    if (first == null) {
      first = refusal;
      firstRow = row.row();
    }
    count++;
    rejects = targets.reject(row);
  }

  /**
   * The failure of the step.
   *
   * @param all whether every row was looked at
   */
  public StepException failure(boolean all) {
    Refusal refusal = first;
    if (refusal == null) {
      throw new IllegalStateException("no row was refused");
    }
    String number = count == 1 && all ? "a row" : (all ? "" : "at least ") + count + " rows";
    return new StepException(
        Failure.of(
                FailureCode.ROWS_REFUSED,
                table
                    + " refuses "
                    + number
                    + ", and nothing was written: row "
                    + firstRow
                    + " "
                    + refusal.why())
            .at(
                new Failure.Where(
                    null, null, firstRow, refusal.column(), null, (long) count, rejects))
            .advise("the rows are in the rejects file; mend or filter them in the step before"));
  }
}
