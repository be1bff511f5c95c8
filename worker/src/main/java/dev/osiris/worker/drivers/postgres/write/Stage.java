package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.driver.StepContext;
import dev.osiris.worker.database.RefusedRows;
import dev.osiris.worker.database.RefusedRows.Refusal;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.postgresql.util.PSQLException;

/** The rows of a step in their temporary table, on their way into the target. */
final class Stage {

  private static final String TWICE = "21000";

  private final StepContext context;
  private final WriteTransaction transaction;
  private final WritePlan plan;

  Stage(StepContext context, WriteTransaction transaction, WritePlan plan) {
    this.context = context;
    this.transaction = transaction;
    this.plan = plan;
  }

  /**
   * Moves all rows.
   *
   * @return rows of the target that are new or were changed
   */
  long move() throws SQLException, IOException {
    transaction.run(plan.analyzeStage());
    for (SentColumn column : plan.fitted()) {
      String name = column.input().name();
      refuse(
          plan.rowsThatChange(column),
          new Refusal(
              name, "column '" + name + "' has more than fits a " + column.target().type().full()));
    }
    if (!plan.key().isEmpty()) {
      refuse(plan.rowsWithoutKey(), new Refusal(null, "has no value in a column of primary_key"));
    }
    Savepoint before = transaction.session().setSavepoint();
    long rows;
    try {
      rows = transaction.run(plan.insert());
    } catch (PSQLException e) {
      if (TWICE.equals(e.getSQLState())) {
        transaction.session().rollback(before);
        refuse(
            plan.rowsWithKeyOfAnother(),
            new Refusal(null, "has the primary_key of an earlier row of the input"));
      }
      throw e;
    }
    if (plan.replaces() && !plan.key().isEmpty()) {
      transaction.run(plan.deleteOthers());
    }
    return rows;
  }

  /** Fails the step when the query has rows. */
  private void refuse(String query, Refusal refusal) throws SQLException, IOException {
    Diagnosis diagnosis = new Diagnosis(context, transaction, plan);
    int count = 0;
    try (Statement statement = transaction.session().createStatement()) {
      statement.setFetchSize(RefusedRows.MOST);
      try (ResultSet result = statement.executeQuery(query)) {
        while (result.next() && count < RefusedRows.MOST) {
          diagnosis.know(result.getLong(1), refusal, refusal.why());
          count++;
        }
      }
    }
    if (count > 0) {
      throw diagnosis.known(count < RefusedRows.MOST);
    }
  }
}
