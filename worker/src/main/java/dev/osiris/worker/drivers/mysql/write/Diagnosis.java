package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.driver.RejectedRow;
import dev.osiris.driver.RowReader;
import dev.osiris.driver.StepContext;
import dev.osiris.failure.StepException;
import dev.osiris.worker.database.InputRows;
import dev.osiris.worker.database.RefusedRows;
import dev.osiris.worker.database.RefusedRows.Refusal;
import dev.osiris.worker.drivers.mysql.encode.RowBuffer;
import dev.osiris.worker.drivers.mysql.session.MySqlSession;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the rows that the target refuses, once it has refused one: sends them anew, a batch at
 * a time behind a savepoint, the rows of a batch with such rows one by one, and rolls all of it
 * back.
 */
final class Diagnosis {

  /** What is found by then is told. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final int BATCH = 500;

  private final StepContext context;
  private final WriteTransaction transaction;
  private final WritePlan plan;
  private final RowEncoder encoder;
  private final RowBuffer buffer = new RowBuffer(LoadStream.BUFFER);
  private final NavigableMap<Long, Found> found = new TreeMap<>();
  private final long due = System.nanoTime() + LIMIT.toNanos();

  /**
   * @param said by the server, or by us; may quote values
   */
  private record Found(Refusal refusal, String said) {}

  Diagnosis(StepContext context, WriteTransaction transaction, WritePlan plan) {
    this.context = context;
    this.transaction = transaction;
    this.plan = plan;
    this.encoder = new RowEncoder(plan, false);
  }

  /** Notes a row that is known already; the failure has it whatever else is found. */
  void know(long row, Refusal refusal, String said) {
    found.putIfAbsent(row, new Found(refusal, said));
  }

  /** Notes a value that was not even sent. */
  void know(RowEncoder.UnfittingRow unfitting) {
    SentColumn column = plan.columns().get(unfitting.column());
    String name = column.input().name();
    String why = String.valueOf(unfitting.getMessage());
    know(
        unfitting.number(),
        new Refusal(
            name, "column '" + name + "' " + why + ", and is no " + column.target().type().full()),
        why);
  }

  /**
   * Looks through the rows on their way to the server.
   *
   * @param first what the server has said; thrown as it is when no row is found
   */
  StepException find(@Nullable SQLException first) throws SQLException, IOException {
    transaction.rollback();
    transaction.begin();
    for (String statement : plan.before()) {
      transaction.run(statement);
    }
    boolean all = true;
    try (RowReader reader = context.read(plan.select())) {
      long before = 0;
      while (all && reader.next()) {
        for (int row = 0; all && row < reader.rows(); row += BATCH) {
          batch(reader, before, row, Math.min(reader.rows(), row + BATCH));
          all = goesOn();
        }
        before += reader.rows();
      }
    }
    transaction.rollback();
    if (found.isEmpty()) {
      throw first == null ? new SQLException("the server warned, and warns no more") : first;
    }
    return failure(all);
  }

  private boolean goesOn() {
    return found.size() < RefusedRows.MOST && System.nanoTime() < due && !context.cancelled();
  }

  private void batch(RowReader reader, long before, int from, int to) throws SQLException {
    transaction.run("SAVEPOINT osiris_batch");
    int sent = 0;
    buffer.cut(0);
    for (int row = from; row < to; row++) {
      sent += encoded(reader, before, row) ? 1 : 0;
    }
    if (sent > 0 && !isTaken()) {
      transaction.run("ROLLBACK TO SAVEPOINT osiris_batch");
      for (int row = from; row < to && found.size() < RefusedRows.MOST; row++) {
        one(reader, before, row);
      }
    }
  }

  private boolean encoded(RowReader reader, long before, int row) {
    try {
      encoder.encode(reader, row, before + row + 1, buffer);
      return true;
    } catch (RowEncoder.UnfittingRow unfitting) {
      know(unfitting);
      return false;
    }
  }

  private boolean isTaken() throws SQLException {
    try {
      transaction.run(RowLoad.statement(plan, buffer));
      return transaction.warnings() == 0;
    } catch (SQLException e) {
      if (!Refusals.isRefusal(e)) {
        throw e;
      }
      return false;
    }
  }

  private void one(RowReader reader, long before, int row) throws SQLException {
    buffer.cut(0);
    if (found.containsKey(before + row + 1) || !encoded(reader, before, row)) {
      return;
    }
    transaction.run("SAVEPOINT osiris_row");
    try {
      transaction.run(RowLoad.statement(plan, buffer));
      if (transaction.warnings() > 0) {
        warned(before + row + 1);
        transaction.run("ROLLBACK TO SAVEPOINT osiris_row");
      }
    } catch (SQLException e) {
      if (!Refusals.isRefusal(e)) {
        throw e;
      }
      transaction.run("ROLLBACK TO SAVEPOINT osiris_row");
      String said = String.valueOf(e.getMessage());
      know(before + row + 1, Refusals.of(e.getErrorCode(), said, plan), said);
    }
  }

  /** The value would be kept, but not as it is. */
  private void warned(long number) throws SQLException {
    // Asking for the number has left the warnings; a statement with a table would not.
    MySqlSession session = transaction.session();
    try (Statement statement = session.jdbc().createStatement();
        ResultSet warnings = statement.executeQuery("SHOW WARNINGS")) {
      if (warnings.next()) {
        know(
            number,
            Refusals.of(warnings.getInt(2), warnings.getString(3), plan),
            warnings.getString(3));
      } else {
        know(number, new Refusal(null, "would be changed"), "the server has warned");
      }
    }
  }

  /** Looks for those of the staged rows that the table itself refuses. */
  StepException findStaged(long rows, SQLException first) throws SQLException, IOException {
    boolean all = staged(1, rows);
    transaction.rollback();
    if (found.isEmpty()) {
      throw first;
    }
    return failure(all);
  }

  private boolean staged(long from, long to) throws SQLException {
    if (from > to) {
      return true;
    }
    if (!goesOn()) {
      return false;
    }
    transaction.run("SAVEPOINT osiris_batch_" + from + "_" + to);
    try {
      transaction.run(plan.update(WritePlan.between(from, to)));
      transaction.run(plan.insert(WritePlan.between(from, to)));
      return true;
    } catch (SQLException e) {
      if (!Refusals.isRefusal(e)) {
        throw e;
      }
      transaction.run("ROLLBACK TO SAVEPOINT osiris_batch_" + from + "_" + to);
      if (from == to) {
        String said = String.valueOf(e.getMessage());
        know(from, Refusals.of(e.getErrorCode(), said, plan), said);
        return true;
      }
      long middle = (from + to) / 2;
      return staged(from, middle) & staged(middle + 1, to);
    }
  }

  /**
   * Notes the rows that a query over the stage has, and fails where there are some.
   *
   * @param query gives their numbers
   */
  void refuse(String query, Refusal refusal) throws SQLException, IOException {
    try (Statement statement = transaction.session().jdbc().createStatement()) {
      statement.setMaxRows(RefusedRows.MOST);
      try (ResultSet result = statement.executeQuery(query)) {
        while (result.next()) {
          know(result.getLong(1), refusal, refusal.why());
        }
      }
    }
    if (!found.isEmpty()) {
      transaction.rollback();
      throw failure(found.size() < RefusedRows.MOST);
    }
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
