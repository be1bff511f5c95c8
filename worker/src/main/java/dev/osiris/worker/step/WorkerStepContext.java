package dev.osiris.worker.step;

import dev.osiris.component.ConfigValidator;
import dev.osiris.driver.RowReader;
import dev.osiris.driver.RowSource;
import dev.osiris.driver.StepConfig;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.driver.StepFiles;
import dev.osiris.driver.StepInput;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.StepId;
import dev.osiris.worker.duckdb.StepDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What a driver sees of its attempt. */
final class WorkerStepContext implements StepContext {

  private final StepAttempt attempt;
  private final StepDatabase database;
  private final StepFolder files;
  private final StepEvents events;
  private final StepConfig config;
  private final Path dataPath;

  WorkerStepContext(
      StepAttempt attempt,
      StepDatabase database,
      Path dataPath,
      StepFolder files,
      StepEvents events) {
    this.attempt = attempt;
    this.database = database;
    this.dataPath = dataPath;
    this.files = files;
    this.events = events;
    this.config =
        new StepConfig(ConfigValidator.withDefaults(attempt.component(), attempt.spec().config()));
  }

  @Override
  public StepId stepId() {
    return attempt.spec().id();
  }

  @Override
  public StepConfig config() {
    return config;
  }

  @Override
  public Optional<ConnectionSpec> connection() {
    return Optional.ofNullable(attempt.spec().connection());
  }

  @Override
  public Path dataPath() {
    return dataPath;
  }

  @Override
  public Connection open() throws SQLException {
    attempt.stop().check();
    return database.open();
  }

  @Override
  public List<StepInput> inputs() {
    return attempt.inputs().all();
  }

  @Override
  public StepInput.Table input(String name) {
    List<StepInput> found =
        attempt.inputs().all().stream().filter(input -> input.name().equals(name)).toList();
    if (found.isEmpty()) {
      throw StepException.of(FailureCode.INPUT_MISSING, "the step has no input '" + name + "'");
    }
    return single(found);
  }

  @Override
  public StepInput.Table onlyInput() {
    if (attempt.inputs().all().isEmpty()) {
      throw StepException.of(
          FailureCode.INPUT_MISSING,
          "the step needs an input table and has none",
          "name a step under needs or inputs");
    }
    return single(attempt.inputs().all());
  }

  @Override
  public long write(String table, RowSource source) throws SQLException {
    attempt.stop().check();
    return database.write(table, source);
  }

  @Override
  public RowReader read(String query) throws SQLException {
    attempt.stop().check();
    return database.read(query);
  }

  @Override
  public long sql(String table, String query) throws SQLException {
    attempt.stop().check();
    return database.sql(table, query);
  }

  @Override
  public StepFiles files() {
    return files;
  }

  @Override
  public StepEvents events() {
    return events;
  }

  @Override
  public boolean cancelled() {
    return attempt.stop().stopped();
  }

  @Override
  public void whenCancelled(Runnable action) {
    database.whenInterrupted(action);
  }

  private StepInput.Table single(List<StepInput> found) {
    if (found.size() == 1 && found.getFirst() instanceof StepInput.Table table) {
      return table;
    }
    String what =
        found.size() == 1
            ? "a file where a table is needed"
            : found.size()
                + " tables ("
                + String.join(", ", found.stream().map(WorkerStepContext::label).toList())
                + ")";
    throw new StepException(
        Failure.of(
                FailureCode.INPUT_UNSUITABLE, "the step takes one table and its input is " + what)
            .advise("name one of them, such as inputs: {input: " + label(found.getFirst()) + "}"));
  }

  private static String label(StepInput input) {
    return input instanceof StepInput.Table table && !table.table().equals("main")
        ? input.name() + "." + table.table()
        : input.name();
  }
}
