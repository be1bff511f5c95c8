package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.driver.StepInput;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.Written;
import dev.osiris.worker.database.CommitQuestion;
import dev.osiris.worker.database.RefusedRows.Refusal;
import dev.osiris.worker.database.WriteTarget;
import dev.osiris.worker.drivers.mysql.session.MySqlServer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs {@code mysql.writer}: all rows of a step in one transaction, so that readers of the table
 * see the old rows or the new ones.
 */
public final class MySqlWriter implements Driver {

  @Override
  public String component() {
    return "mysql.writer";
  }

  @Override
  public void run(StepContext context) throws IOException, InterruptedException {
    MySqlServer server = MySqlServer.of(context);
    WriteTarget target = WriteTarget.of(context.config(), "");
    StepInput.Table input = context.onlyInput();
    if (!target.planOnly() && isDone(context, server, target)) {
      return;
    }
    try (WriteTransaction transaction = WriteTransaction.open(server, target, context)) {
      Optional<WritePlan> plan = plan(context, transaction, target, input);
      if (plan.isPresent()) {
        write(context, server, transaction, plan.get());
      }
    } catch (SQLException e) {
      throw server.failures().ofWriting(e);
    }
  }

  /** Makes the table where it is to be made. Empty when only the plan was asked for. */
  private static Optional<WritePlan> plan(
      StepContext context, WriteTransaction transaction, WriteTarget target, StepInput.Table input)
      throws SQLException, IOException {
    Optional<TargetTable> table = TargetTable.find(transaction.session(), target);
    List<String> statements = new ArrayList<>();
    if (table.isEmpty()) {
      if (!target.createIfMissing()) {
        throw StepException.of(
            FailureCode.SQL_UNRESOLVED,
            "there is no table " + target.name() + ", or the user may not see it",
            "correct 'table' or 'schema', or set 'create_if_missing: true'");
      }
      String create = CreateTable.sql(target, input.columns());
      statements.add(create);
      if (!target.planOnly()) {
        transaction.run(create);
        table = TargetTable.find(transaction.session(), target);
      }
    }
    Optional<WritePlan> plan = table.map(there -> WritePlan.of(target, input, there));
    statements.add(CommitRow.create(target));
    plan.ifPresent(there -> statements.addAll(there.statements()));
    context.targets().plan(String.join(";\n", statements) + ";\n");
    return target.planOnly() ? Optional.empty() : plan;
  }

  private static void write(
      StepContext context, MySqlServer server, WriteTransaction transaction, WritePlan plan)
      throws SQLException, IOException, InterruptedException {
    CommitRow row = CommitRow.prepare(transaction.session(), plan.target());
    for (String statement : plan.outside()) {
      transaction.run(statement);
    }
    String name = plan.target().name() + " in " + server.failures().server();
    RowLoad load = new RowLoad(context, transaction, plan);
    long rows;
    try {
      transaction.begin();
      for (String statement : plan.before()) {
        transaction.run(statement);
      }
      rows = load.run();
    } catch (RowEncoder.UnfittingRow unfitting) {
      Diagnosis diagnosis = new Diagnosis(context, transaction, plan);
      diagnosis.know(unfitting);
      throw diagnosis.find(null);
    } catch (RowLoad.Refused refused) {
      throw new Diagnosis(context, transaction, plan).find(null);
    } catch (SQLException e) {
      if (!Refusals.isRefusal(e)) {
        throw e;
      }
      throw new Diagnosis(context, transaction, plan).find(e);
    }
    if (plan.staged()) {
      move(context, transaction, plan, rows);
    }
    transaction.commit(row, context.targets(), name, rows);
    done(context, new Written(name, rows, null));
    context.events().metric("bytes_written", load.bytes(), "bytes");
  }

  /** Moves the staged rows into the table. */
  private static void move(
      StepContext context, WriteTransaction transaction, WritePlan plan, long rows)
      throws SQLException, IOException {
    Diagnosis diagnosis = new Diagnosis(context, transaction, plan);
    diagnosis.refuse(
        plan.rowsWithoutKey(), new Refusal(null, "has no value in a column of primary_key"));
    diagnosis.refuse(
        plan.rowsWithKeyOfAnother(),
        new Refusal(null, "has the primary_key of an earlier row of the input"));
    try {
      transaction.run("SAVEPOINT osiris_move");
      transaction.run(plan.update(""));
      transaction.run(plan.insert(""));
    } catch (SQLException e) {
      if (!Refusals.isRefusal(e)) {
        throw e;
      }
      transaction.run("ROLLBACK TO SAVEPOINT osiris_move");
      throw diagnosis.findStaged(rows, e);
    }
    if (plan.replaces()) {
      transaction.run(plan.deleteOthers());
    }
  }

  /** Whether an attempt before this one has written, and could not say so. */
  private static boolean isDone(StepContext context, MySqlServer server, WriteTarget target) {
    CommitQuestion question = CommitRow.question(server, target);
    for (PendingCommit commit : context.targets().unsettled()) {
      if (question.committed(commit)) {
        context
            .events()
            .log(
                StepEvents.Level.INFO,
                "an earlier attempt had committed, and nothing more is written");
        done(context, commit.written());
        return true;
      }
    }
    return false;
  }

  private static void done(StepContext context, Written written) {
    context.targets().committed(written);
    context.events().progress(written.rows());
    context.events().metric("rows_written", written.rows(), "rows");
  }
}
