package dev.osiris.worker.drivers.mysql.read;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.driver.StepEvents;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import dev.osiris.unit.ByteSize;
import dev.osiris.worker.drivers.mysql.protocol.Execute;
import dev.osiris.worker.drivers.mysql.protocol.Prepare;
import dev.osiris.worker.drivers.mysql.protocol.ResultRows;
import dev.osiris.worker.drivers.mysql.session.MySqlSession;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** The rows of one statement, in the types that the server says it has. */
public final class TableRows implements RowSource {

  /** What a row may have of the heap: it is there once as it came and once in its batch. */
  private static final long LARGEST_ROW = Runtime.getRuntime().maxMemory() / 4;

  /** A batch is asked for its room again after so many bytes or rows. */
  private static final int BYTES_UNASKED = 32 << 10;

  private static final int ROWS_UNASKED = 64;

  private final MySqlSession session;
  private final StepEvents events;
  private final ResultRows result;
  private final List<ColumnPlan> plans;
  private final BinaryRow row;

  private long rows;
  private long bytes;

  /** Begins a statement; it runs already. */
  public TableRows(MySqlSession session, String sql, Choices choices, StepEvents events) {
    this.session = session;
    this.events = events;
    try {
      Prepare.Prepared prepared = session.say(new Prepare(sql), Prepare.Prepared.class);
      if (prepared.parameters() > 0) {
        throw StepException.of(
            FailureCode.CONFIG_INVALID,
            "the query has a '?' without a value",
            "write the value into the query, such as with a param of the pipeline");
      }
      this.result = session.say(new Execute(prepared), ResultRows.class);
    } catch (SQLException e) {
      throw session.failures().of(e);
    }
    this.plans = new TypeTable(choices).plans(result.columns());
    this.row = new BinaryRow(plans, choices);
  }

  @Override
  public List<Column> columns() {
    return plans.stream().map(ColumnPlan::column).toList();
  }

  /** Bytes of rows that have come from the server. */
  public long bytes() {
    return bytes;
  }

  @Override
  public int fill(RowBatch batch) {
    int filled = 0;
    try {
      int capacity = batch.capacity();
      long askAt = bytes + BYTES_UNASKED;
      while (filled < capacity && result.next(LARGEST_ROW)) {
        decode(batch, filled);
        filled++;
        if (bytes >= askAt || filled % ROWS_UNASKED == 0) {
          capacity = batch.capacity();
          askAt = bytes + BYTES_UNASKED;
        }
      }
    } catch (ResultRows.RowTooLarge e) {
      throw tooLarge(rows + filled + 1, e);
    } catch (ResultRows.SeveralResults e) {
      throw new StepException(
          Failure.of(FailureCode.SQL_REFUSED, "the statement gives several tables")
              .advise("call a procedure that gives one, or write a SELECT"),
          e);
    } catch (IOException e) {
      throw session.failures().of(e);
    } catch (SQLException e) {
      throw session.failures().of(e);
    }
    rows += filled;
    events.progress(rows);
    return filled;
  }

  private void decode(RowBatch batch, int index) {
    try {
      row.decode(result.bytes(), result.length(), batch, index);
      bytes += result.length();
    } catch (Unfitting unfitting) {
      throw refused(rows + index + 1, unfitting);
    } catch (IndexOutOfBoundsException broken) {
      throw new StepException(
          Failure.of(
              FailureCode.REMOTE_FAILED,
              session.failures().server() + " sends a row that is not of its columns"),
          broken);
    }
  }

  private StepException refused(long number, Unfitting unfitting) {
    Column to = plans.get(row.column()).column();
    return new StepException(
        Failure.of(
                FailureCode.VALUE_INVALID,
                "the value of column '"
                    + to.name()
                    + "' in row "
                    + number
                    + " "
                    + unfitting.getMessage()
                    + ", and is no "
                    + to.type())
            .at(new Failure.Where(null, null, number, to.name(), to.type(), null, null))
            .advise(unfitting.advice()));
  }

  private static StepException tooLarge(long number, ResultRows.RowTooLarge row) {
    return new StepException(
        Failure.of(
                FailureCode.LIMIT_REACHED,
                "row "
                    + number
                    + " has at least "
                    + new ByteSize(row.bytes())
                    + ", and the worker's memory takes rows of "
                    + new ByteSize(LARGEST_ROW))
            .at(new Failure.Where(null, null, number, null, null, null, null))
            .advise("give the sandbox more --memory, or read the column in parts"),
        row);
  }

  @Override
  public void abort() {
    session.abort();
  }

  @Override
  public void close() {}
}
