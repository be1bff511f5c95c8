package dev.osiris.worker.duckdb;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Queue;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Stops what one step runs, from any thread.
 *
 * <p>DuckDB forgets an interrupt that arrives between preparing and running a statement, so {@link
 * #repeat} is called until the step has ended.
 */
final class Interrupter {

  private final Set<Statement> statements =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
  private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();
  private volatile boolean interrupted;

  boolean interrupted() {
    return interrupted;
  }

  /**
   * Refuses to begin anything once the step was interrupted.
   *
   * @throws StepInterrupted when it was
   */
  void check() {
    if (interrupted) {
      throw new StepInterrupted();
    }
  }

  /** Remembers a statement that may run from now on; closed ones are forgotten by themselves. */
  <S extends Statement> S watch(S statement) {
    statements.add(statement);
    check();
    return statement;
  }

  /** Runs an action once when the step is interrupted; at once when it already was. */
  void whenInterrupted(Runnable action) {
    actions.add(action);
    if (interrupted) {
      act();
    }
  }

  /** An action that is of no use any more; a step may have thousands of loads. */
  void forget(Runnable action) {
    actions.remove(action);
  }

  private void act() {
    for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
      action.run();
    }
  }

  /** Runs one statement that {@link #interrupt} stops. */
  void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      watch(statement);
      try {
        statement.execute(sql);
      } finally {
        statements.remove(statement);
      }
    }
  }

  void interrupt() {
    interrupted = true;
    act();
    repeat();
  }

  void repeat() {
    if (!interrupted) {
      return;
    }
    for (Statement statement : statements.toArray(new Statement[0])) {
      try {
        statement.cancel();
      } catch (SQLException closed) {
        statements.remove(statement);
      }
    }
  }
}
