package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.driver.StepInput;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.Written;
import dev.osiris.worker.database.CommitQuestion;
import dev.osiris.worker.database.WriteTarget;
import dev.osiris.worker.drivers.postgres.PostgresServer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.util.PSQLException;

/**
 * Runs {@code postgres.writer}: all rows of a step in one transaction, so that readers of the table
 * see the old rows or the new ones.
 */
public class PostgresWriter implements Driver {

  @Override
  public String component() {
    return "postgres.writer";
  }

  @Override
  public void run(StepContext context) throws SQLException, IOException, InterruptedException {
    PostgresServer server = PostgresServer.of(context);
    WriteTarget target = WriteTarget.of(context.config(), server.schema());
    StepInput.Table input = context.onlyInput();
    if (!target.planOnly() && isDone(context, server)) {
      return;
    }
    try (WriteTransaction transaction = WriteTransaction.begin(server, context)) {
      Optional<WritePlan> plan = plan(context, transaction, target, input);
      if (plan.isPresent()) {
        write(context, server, transaction, plan.get());
      }
    } catch (PSQLException e) {
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
    plan.ifPresent(there -> statements.addAll(there.statements()));
    context.targets().plan(String.join(";\n", statements) + ";\n");
    return target.planOnly() ? Optional.empty() : plan;
  }

  private static void write(
      StepContext context, PostgresServer server, WriteTransaction transaction, WritePlan plan)
      throws SQLException, IOException, InterruptedException {
    RowLoad load = new RowLoad(context, plan);
    String name = plan.target().name() + " in " + server.failures().server();
    long rows;
    try {
      for (String statement : plan.before()) {
        transaction.run(statement);
      }
      rows = load.run(transaction);
      if (plan.staged()) {
        rows = new Stage(context, transaction, plan).move();
      }
      transaction.commit(context.targets(), name, rows);
    } catch (RowEncoder.UnfittingRow unfitting) {
      Diagnosis diagnosis = new Diagnosis(context, transaction, plan);
      diagnosis.know(unfitting);
      throw diagnosis.find(null);
    } catch (PSQLException e) {
      if (!Refusals.isRefusal(e)) {
        throw e;
      }
      throw new Diagnosis(context, transaction, plan).find(e);
    }
    done(context, new Written(name, rows, null));
    context.events().metric("bytes_written", load.bytes(), "bytes");
  }

  /** Whether an attempt before this one has written, and could not say so. */
  private static boolean isDone(StepContext context, PostgresServer server) {
    CommitQuestion question = CommitIdentity.question(server);
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
