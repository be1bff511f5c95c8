package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.driver.RejectedRow;
import dev.osiris.driver.RowReader;
import dev.osiris.driver.StepContext;
import dev.osiris.failure.StepException;
import dev.osiris.worker.database.InputRows;
import dev.osiris.worker.database.RefusedRows;
import dev.osiris.worker.database.RefusedRows.Refusal;
import dev.osiris.worker.drivers.postgres.encode.CopyBuffer;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Looks for the rows that the target refuses, once it has refused one: writes them anew, a batch at
 * a time behind a savepoint, and rolls all of it back.
 */
final class Diagnosis {

  /** What is found by then is told. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final StepContext context;
  private final WriteTransaction transaction;
  private final WritePlan plan;
  private final RowEncoder encoder;
  private final CopyBuffer buffer = new CopyBuffer(CopySender.BUFFER);
  private final NavigableMap<Long, Found> found = new TreeMap<>();

  /**
   * @param said by the server, or by us; may quote values
   */
  private record Found(Refusal refusal, String said) {}

  Diagnosis(StepContext context, WriteTransaction transaction, WritePlan plan) {
    this.context = context;
    this.transaction = transaction;
    this.plan = plan;
    this.encoder = new RowEncoder(plan);
  }

  /** Notes a row that is known already; the failure has it whatever else is found. */
  void know(long row, Refusal refusal, String said) {
    found.putIfAbsent(row, new Found(refusal, said));
  }

  /**
   * The failure for the rows that are known.
   *
   * @param all whether there are no others
   */
  StepException known(boolean all) throws SQLException, IOException {
    transaction.session().rollback();
    return failure(all);
  }

  /**
   * Looks through the rows.
   *
   * @param first what the server has said; thrown as it is when no row is found
   */
  StepException find(@Nullable SQLException first) throws SQLException, IOException {
    transaction.session().rollback();
    for (String statement : plan.before()) {
      transaction.run(statement);
    }
    boolean all = true;
    long due = System.nanoTime() + LIMIT.toNanos();
    try (RowReader reader = context.read(plan.select())) {
      long before = 0;
      while (all && reader.next()) {
        attempt(reader, before, IntStream.range(0, reader.rows()).toArray());
        before += reader.rows();
        all = found.size() < RefusedRows.MOST && System.nanoTime() < due && !context.cancelled();
      }
    }
    transaction.session().rollback();
    if (found.isEmpty() && first != null) {
      throw first;
    }
    return failure(all);
  }

  /** Writes rows of a batch, and looks closer where the server refuses some. */
  private void attempt(RowReader reader, long before, int[] rows) throws SQLException {
    int[] sent = encode(reader, before, rows);
    if (sent.length == 0 || found.size() >= RefusedRows.MOST) {
      return;
    }
    Savepoint savepoint = transaction.session().setSavepoint();
    try {
      write();
      transaction.session().releaseSavepoint(savepoint);
    } catch (SQLException e) {
      if (!Refusals.isRefusal(e)) {
        throw e;
      }
      transaction.session().rollback(savepoint);
      int line = Refusals.line(e).orElse(0);
      if (sent.length == 1 || line > 0 && line <= sent.length) {
        int at = Math.max(0, line - 1);
        know(before + sent[at] + 1, Refusals.of(e, plan), String.valueOf(e.getMessage()));
        attempt(reader, before, IntStream.range(0, at).map(i -> sent[i]).toArray());
        attempt(reader, before, IntStream.range(at + 1, sent.length).map(i -> sent[i]).toArray());
      } else {
        int middle = sent.length / 2;
        attempt(reader, before, IntStream.range(0, middle).map(i -> sent[i]).toArray());
        attempt(reader, before, IntStream.range(middle, sent.length).map(i -> sent[i]).toArray());
      }
    }
  }

  /** Fills the buffer. Returns the rows that fit their columns. */
  private int[] encode(RowReader reader, long before, int[] rows) {
    buffer.cut(0);
    RowEncoder.begin(buffer);
    int[] sent = new int[rows.length];
    int count = 0;
    for (int row : rows) {
      try {
        encoder.encode(reader, row, before + row + 1, buffer);
        sent[count++] = row;
      } catch (RowEncoder.UnfittingRow unfitting) {
        know(unfitting);
      }
    }
    RowEncoder.end(buffer);
    return IntStream.range(0, count).map(i -> sent[i]).toArray();
  }

  /** Notes a value that was not even sent. */
  void know(RowEncoder.UnfittingRow unfitting) {
    SentColumn column = plan.columns().get(unfitting.column());
    know(
        unfitting.number(),
        new Refusal(
            column.input().name(),
            "column '"
                + column.input().name()
                + "' "
                + unfitting.getMessage()
                + ", and is no "
                + column.target().type().full()),
        String.valueOf(unfitting.getMessage()));
  }

  private void write() throws SQLException {
    CopyIn copy = transaction.session().getCopyAPI().copyIn(plan.copy());
    copy.writeToCopy(buffer.bytes(), 0, buffer.size());
    copy.endCopy();
    if (plan.staged()) {
      transaction.run(plan.insert());
      transaction.run(plan.emptyStage());
    }
    transaction.run("SET CONSTRAINTS ALL IMMEDIATE");
  }

  private StepException failure(boolean all) throws SQLException, IOException {
    RefusedRows refused = new RefusedRows(context.targets(), plan.target().name());
    Map<Long, Map<String, @Nullable String>> values =
        InputRows.values(
            context,
            plan.relation(),
            plan.columns().stream().map(column -> column.input().name()).toList(),
            found.keySet());
    for (Map.Entry<Long, Found> row : found.entrySet()) {
      Refusal refusal = row.getValue().refusal();
      refused.add(
          refusal,
          new RejectedRow(
              row.getKey(),
              refusal.column(),
              row.getValue().said(),
              values.getOrDefault(row.getKey(), Map.of())));
    }
    return refused.failure(all);
  }
}
