package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.FileWait;
import dev.osiris.e2e.harness.Json;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.WorkerProcess;
import dev.osiris.e2e.harness.database.CommitProxy;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.PostgresServer;
import dev.osiris.e2e.harness.wire.Commands;
import dev.osiris.e2e.harness.wire.RawSession;
import dev.osiris.wire.v1.Acknowledge;
import dev.osiris.wire.v1.Failure;
import dev.osiris.wire.v1.FailureCode;
import dev.osiris.wire.v1.RunSessionResponse;
import dev.osiris.wire.v1.RunStep;
import dev.osiris.wire.v1.StepSucceeded;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code postgres.writer} when connections, servers and workers end: a row is in the table once or
 * not at all, and the step knows which.
 */
@ExtendWith(LeakCheck.class)
class PostgresWriterFaultIT {

  private static final int ROWS = 500_000;

  @TempDir Path folder;
  private Database database;
  private CommitProxy proxy;
  private WorkerProcess worker;
  private RawSession session;

  @BeforeEach
  void open() throws Exception {
    database = PostgresServer.shared().newDatabase();
    database.execute("CREATE TABLE t (id int8, v text)", "INSERT INTO t VALUES (-1, 'old')");
    proxy = CommitProxy.before(PostgresServer.shared());
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "s", folder);
  }

  @AfterEach
  void close() throws Exception {
    if (worker.alive()) {
      session.close();
    } else {
      session.client().close();
    }
    worker.close();
    proxy.close();
    database.close();
  }

  @Test
  void answerThatIsLost_isAskedFor_andTheCommitCounts() throws Exception {
    rows(10);
    proxy.loseAnswer(() -> {});
    StepSucceeded done = session.succeed(write("1"));

    assertThat(proxy.happened()).isTrue();
    assertThat(done.getWritten(0).getRows()).isEqualTo(10);
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(11);
    assertThat(session.stream().received())
        .extracting(RunSessionResponse::getEventCase)
        .containsSubsequence(
            RunSessionResponse.EventCase.COMMIT_BEGUN,
            RunSessionResponse.EventCase.TARGET_COMMITTED,
            RunSessionResponse.EventCase.STEP_SUCCEEDED);
  }

  @Test
  void commitThatIsLost_isRolledBack_andMayBeTriedAgain() throws Exception {
    rows(10);
    proxy.loseCommit();
    Failure failure = session.fail(write("1")).getFailure();

    assertThat(proxy.happened()).isTrue();
    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONNECTION_FAILED);
    assertThat(failure.getRetryable()).isTrue();
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(1);

    assertThat(session.succeed(write("2")).getWritten(0).getRows()).isEqualTo(10);
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(11);
  }

  @Test
  void answerThatNobodyMayAskFor_isAnUnknownOutcome() throws Exception {
    rows(10);
    proxy.loseAnswer(this::forbidTheQuestion);
    Failure failure = session.fail(write("1")).getFailure();

    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_OUTCOME_UNKNOWN);
    assertThat(failure.getRetryable()).isFalse();
    assertThat(failure.getAdvice()).contains("pg_xact_status");
  }

  @Test
  void commit_waitsForTheHost_whereItsJournalIsTheOneThatStays() throws Exception {
    session.close();
    session =
        RawSession.open(
            worker,
            Commands.openSession("acknowledged", folder).setAcknowledgeCommits(true).build());
    rows(10);
    session.stream().send(Commands.run(write("1")));
    RunSessionResponse begun =
        session.stream().await("the commit begins", RunSessionResponse::hasCommitBegun);
    assertThat(begun.getCommitBegun().getCommit().getRows()).isEqualTo(10);
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(1);

    session.stream()
        .send(
            Commands.empty()
                .setAcknowledge(Acknowledge.newBuilder().setSequence(begun.getSequence()))
                .build());
    session.stream().await("the step succeeds", RunSessionResponse::hasTargetCommitted);
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(11);
  }

  @Test
  void commitThatTheHostHasNotKept_isRolledBack_whenTheStepIsCancelled() throws Exception {
    session.close();
    session =
        RawSession.open(
            worker, Commands.openSession("cancelled", folder).setAcknowledgeCommits(true).build());
    rows(10);
    CompletableFuture<RunSessionResponse> end =
        CompletableFuture.supplyAsync(() -> session.run(write("1")));
    session.stream().await("the commit begins", RunSessionResponse::hasCommitBegun);
    session.stream().send(Commands.cancel("write", "1"));

    assertThat(end.get(30, TimeUnit.SECONDS).hasStepCancelled()).isTrue();
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(1);
  }

  @Test
  void workerThatDiesInItsCommit_leavesItToTheNextAttempt() throws Exception {
    rows(10);
    proxy.loseAnswer(worker::kill);
    session.stream().send(Commands.run(write("1")));
    session.stream().awaitEnd();
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(11);

    another();
    StepSucceeded done = session.succeed(write("2"));
    assertThat(done.getWritten(0).getRows()).isEqualTo(10);
    assertThat(database.number("SELECT count(*) FROM t"))
        .as("nothing is there twice")
        .isEqualTo(11);
  }

  @Test
  void workerThatDiesBeforeItsCommit_leavesNothing_andTheNextAttemptWrites() throws Exception {
    rows(ROWS);
    session.stream().send(Commands.run(write("1")));
    awaitWriting();
    worker.kill();
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(1);

    another();
    assertThat(session.succeed(write("2")).getWritten(0).getRows()).isEqualTo(ROWS);
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(ROWS + 1);
  }

  @Test
  void backendThatIsTerminated_isAFailureThatMayBeTriedAgain() throws Exception {
    rows(ROWS);
    CompletableFuture<RunSessionResponse> end =
        CompletableFuture.supplyAsync(() -> session.run(write("1")));
    awaitWriting();
    database.terminateBackends();
    Failure failure = end.get(30, TimeUnit.SECONDS).getStepFailed().getFailure();

    assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONNECTION_FAILED);
    assertThat(failure.getRetryable()).isTrue();
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(1);
    session.succeed(write("2"));
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(ROWS + 1);
  }

  @Test
  void stepThatIsCancelled_stopsAtOnce_andLeavesNothing() throws Exception {
    rows(ROWS);
    CompletableFuture<RunSessionResponse> end =
        CompletableFuture.supplyAsync(() -> session.run(write("1")));
    awaitWriting();
    session.stream().send(Commands.cancel("write", "1"));

    assertThat(end.get(30, TimeUnit.SECONDS).hasStepCancelled()).isTrue();
    assertThat(database.number("SELECT count(*) FROM t")).isEqualTo(1);
  }

  @Test
  void serverThatIsKilled_hasNothingOfTheStep_andARetryCompletes() throws Exception {
    try (PostgresServer own = PostgresServer.start();
        Database there = own.newDatabase()) {
      there.execute("CREATE TABLE t (id int8, v text)");
      rows(ROWS);
      CompletableFuture<RunSessionResponse> end =
          CompletableFuture.supplyAsync(() -> session.run(write("1", there, there.connection())));
      await(() -> active(there) > 0);
      own.kill();
      Failure failure = end.get(60, TimeUnit.SECONDS).getStepFailed().getFailure();
      assertThat(failure.getCode()).isEqualTo(FailureCode.FAILURE_CODE_CONNECTION_FAILED);

      own.restart();
      assertThat(there.number("SELECT count(*) FROM t")).isZero();
      session.succeed(write("2", there, there.connection()));
      assertThat(there.number("SELECT count(*) FROM t")).isEqualTo(ROWS);
    }
  }

  /** The session goes on in another worker, as it does where a host replaces a lost one. */
  private void another() {
    worker.close();
    session.client().close();
    worker = WorkerProcess.below(folder.resolve("sessions")).start();
    session = RawSession.open(worker, "s", folder);
  }

  private void rows(int count) {
    session.succeed(
        Commands.sql(
            "rows", "SELECT range AS id, repeat('x', 100) AS v FROM range(" + count + ")"));
  }

  private void forbidTheQuestion() {
    try (Connection connection = database.server().connectAsAdmin(database);
        Statement statement = connection.createStatement()) {
      statement.execute("REVOKE EXECUTE ON FUNCTION pg_catalog.pg_xact_status(xid8) FROM PUBLIC");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitWriting() {
    await(() -> active(database) > 0);
  }

  private static long active(Database database) {
    try {
      return database.number(
          "SELECT coalesce(sum(bytes_processed), 0) FROM pg_stat_progress_copy WHERE datname = current_database()");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier what) {
    FileWait.until("the step writes", what::getAsBoolean);
  }

  private RunStep.Builder write(String attempt) {
    Map<String, Object> fields = database.connection();
    fields.put("host", proxy.address().host());
    fields.put("port", proxy.address().port());
    fields.put("sslmode", "disable");
    return write(attempt, database, fields);
  }

  private static RunStep.Builder write(
      String attempt, Database database, Map<String, Object> fields) {
    RunStep.Builder step =
        Commands.step("write", "postgres.writer", Json.object("table", "t"))
            .setAttempt(attempt)
            .addInputs(Commands.input("input", "rows", ""));
    var connection = step.getConnectionBuilder().setFamily("postgres").setAlias("main");
    fields.forEach((field, value) -> {
      if (!field.equals("password")) {
        connection.putFields(field, String.valueOf(value));
      }
    });
    connection.getSecretsBuilder().putValues("password", database.password());
    return step;
  }
}
