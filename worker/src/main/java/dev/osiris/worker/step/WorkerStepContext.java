package dev.osiris.worker.step;

import dev.osiris.component.ConfigValidator;
import dev.osiris.driver.RowReader;
import dev.osiris.driver.RowSource;
import dev.osiris.driver.StepConfig;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.driver.StepFiles;
import dev.osiris.driver.StepInput;
import dev.osiris.driver.StepTargets;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.StepId;
import dev.osiris.step.StepState;
import dev.osiris.worker.duckdb.StepDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a driver sees of its attempt. */
final class WorkerStepContext implements StepContext {

  private final StepAttempt attempt;
  private final StepDatabase database;
  private final StepFolder files;
  private final StepTargets targets;
  private final StepEvents events;
  private final StepConfig config;
  private final Path dataPath;

  private volatile @Nullable StepState kept;

  WorkerStepContext(
      StepAttempt attempt,
      StepDatabase database,
      Path dataPath,
      StepFolder files,
      StepTargets targets,
      StepEvents events) {
    this.attempt = attempt;
    this.database = database;
    this.dataPath = dataPath;
    this.files = files;
    this.targets = targets;
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
  public long write(String table, List<? extends RowSource> sources) throws SQLException {
    attempt.stop().check();
    return database.write(table, sources);
  }

  @Override
  public long append(String table, RowSource source) throws SQLException {
    attempt.stop().check();
    return database.append(table, source);
  }

  @Override
  public Optional<StepState> state() {
    return Optional.ofNullable(attempt.spec().state());
  }

  /**
   * A state is kept as it is, so it cannot have its secrets taken out.
   *
   * @throws StepException {@code VALUE_INVALID} when it holds one
   */
  @Override
  public void keepState(StepState state) {
    if (!state.values().equals(attempt.surroundings().redaction().inValue(state.values()))) {
      throw StepException.of(
          FailureCode.VALUE_INVALID,
          "how far the step has read cannot be kept: the value holds a secret of its connection",
          "choose a cursor_column that holds none, or change the secret");
    }
    kept = state;
  }

  /** What the driver wants kept; {@code null} for nothing. */
  @Nullable StepState kept() {
    return kept;
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
  public StepTargets targets() {
    return targets;
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
