package dev.osiris.driver;

import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.StepId;
import dev.osiris.step.StepState;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * All that a driver sees of the step it runs. Use it from any thread until {@link Driver#run}
 * returns.
 *
 * <p>A step makes tables in one of three ways: rows from Java ({@link #write}), a pipeline's SQL
 * ({@link #sql}), or DuckDB statements of the driver's own ({@link #open}). They may be mixed; all
 * tables land in one file and appear together.
 */
public interface StepContext {

  StepId stepId();

  /** The step's configuration: validated, defaults filled in. */
  StepConfig config();

  /** The connection that the step uses, with its values filled in; empty when it names none. */
  Optional<ConnectionSpec> connection();

  /**
   * The temporary DuckDB file of this attempt, for drivers that write it by other means. It need
   * not exist. What is there when the driver returns is checked, made durable and renamed to {@code
   * data/<step_id>.duckdb}.
   */
  Path dataPath();

  /**
   * A connection to a DuckDB instance of this step alone, with its memory share, threads and
   * temporary directory set, time zone UTC. Every input is a relation under its name ({@link
   * StepInput.Table#relation}); the step's own file is the default database, so {@code CREATE TABLE
   * main AS …} makes an output. The same connection on every call; the worker closes it.
   */
  Connection open() throws SQLException;

  /** The inputs in the order of the pipeline. */
  List<StepInput> inputs();

  /**
   * The table under that input name.
   *
   * @throws dev.osiris.failure.StepException {@code INPUT_MISSING} or {@code INPUT_UNSUITABLE} when
   *     it is no single table
   */
  StepInput.Table input(String name);

  /** The only table of the only input; else fails as {@link #input(String)} does. */
  StepInput.Table onlyInput();

  /**
   * Makes a table from rows that Java brings, at DuckDB's speed and in bounded memory.
   *
   * @return rows written
   */
  default long write(String table, RowSource source) throws SQLException {
    return write(table, List.of(source));
  }

  /**
   * The same from several sources at once, each filled by a thread of its own. Rows of one source
   * keep their order; where there are several, rows stand in the table in any order.
   *
   * @param sources at least one, all with the columns of the first
   */
  long write(String table, List<? extends RowSource> sources) throws SQLException;

  /**
   * Adds rows to the end of a table, in their order, and makes it when it is not there: in one
   * transaction of DuckDB, so that all rows of the source are there or none. What an earlier call
   * has added stays when a later one fails, as long as this attempt lasts.
   *
   * @return rows added
   */
  long append(String table, RowSource source) throws SQLException;

  /**
   * Reads rows with a query of the driver's own over the relations of {@link #open}, in bounded
   * memory. Close the reader before the next statement on that connection.
   */
  RowReader read(String query) throws SQLException;

  /**
   * Makes a table from a pipeline's query: one SELECT over this step's inputs, checked by the gate
   * and run in a locked instance.
   *
   * @return rows written
   */
  long sql(String table, String query) throws SQLException;

  /**
   * What {@link #keepState} was given in the last run of the pipeline in which all steps have
   * succeeded. Empty in the first run, after {@code --full-refresh}, and for a component whose
   * description does not say {@code keeps_state}.
   */
  Optional<StepState> state();

  /**
   * Says what the step wants to know in its next run; the last call counts. It moves on when all
   * steps of this run have succeeded, else the next run gets what this one got.
   */
  void keepState(StepState state);

  StepFiles files();

  StepTargets targets();

  StepEvents events();

  /**
   * Whether the step was asked to stop. DuckDB statements are interrupted anyway; loops in Java ask
   * here.
   */
  boolean cancelled();

  /**
   * Runs an action when the step is asked to stop, at once if it was already: such as closing the
   * socket that a loop in Java waits at. It must not wait itself.
   */
  void whenCancelled(Runnable action);
}
