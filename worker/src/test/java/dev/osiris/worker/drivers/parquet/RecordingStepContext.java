package dev.osiris.worker.drivers.parquet;

import dev.osiris.driver.RowReader;
import dev.osiris.driver.RowSource;
import dev.osiris.driver.StepConfig;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.driver.StepFiles;
import dev.osiris.driver.StepInput;
import dev.osiris.driver.StepTargets;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.StepId;
import dev.osiris.step.StepState;
import dev.osiris.step.Written;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A step over an in-memory DuckDB and a folder, which writes down what a driver does. The output
 * file is the default database, inputs are relations beside it.
 */
public final class RecordingStepContext implements StepContext, StepEvents, AutoCloseable {

  private final Path folder;
  private final Connection connection;
  private final Map<String, Object> config = new LinkedHashMap<>();
  private final List<StepInput> inputs = new ArrayList<>();
  private final Map<String, Double> metrics = new TreeMap<>();
  private final List<Written> written = new ArrayList<>();

  public RecordingStepContext(Path folder) throws SQLException {
    this.folder = folder;
    this.connection = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET TimeZone = 'UTC'");
    execute("SET errors_as_json = true");
    execute("ATTACH '" + dataPath() + "' AS out");
    execute("USE out");
  }

  /** Sets a key of the configuration. */
  public RecordingStepContext with(String key, Object value) {
    config.put(key, value);
    return this;
  }

  /** Makes an input out of a query. */
  public RecordingStepContext given(String name, String query) throws SQLException {
    String relation = "memory.main.\"" + name + "\"";
    execute("CREATE OR REPLACE TABLE " + relation + " AS " + query);
    long rows = Long.parseLong(rows("SELECT count(*) FROM " + relation).getFirst());
    inputs.removeIf(input -> input.name().equals(name));
    inputs.add(new StepInput.Table(name, dataPath(), "main", relation, rows, List.of()));
    return this;
  }

  public void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows of a query as texts, columns joined by {@code |}. */
  public List<String> rows(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> cells = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          cells.add(String.valueOf(result.getString(column)));
        }
        rows.add(String.join("|", cells));
      }
    }
    return rows;
  }

  public Map<String, Double> metrics() {
    return metrics;
  }

  public List<Written> written() {
    return written;
  }

  @Override
  public StepId stepId() {
    return new StepId("step");
  }

  @Override
  public StepConfig config() {
    return new StepConfig(config);
  }

  @Override
  public Optional<ConnectionSpec> connection() {
    return Optional.empty();
  }

  @Override
  public RowReader read(String query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void whenCancelled(Runnable action) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path dataPath() {
    return folder.resolve("step.duckdb.tmp");
  }

  @Override
  public Connection open() {
    return connection;
  }

  @Override
  public List<StepInput> inputs() {
    return inputs;
  }

  @Override
  public StepInput.Table input(String name) {
    return (StepInput.Table)
        inputs.stream().filter(input -> input.name().equals(name)).findFirst().orElseThrow();
  }

  @Override
  public StepInput.Table onlyInput() {
    return (StepInput.Table) inputs.getLast();
  }

  @Override
  public long write(String table, List<? extends RowSource> sources) {
    throw new AssertionError("these drivers bring no rows from Java");
  }

  @Override
  public long sql(String table, String query) throws SQLException {
    execute("CREATE TABLE \"" + table + "\" AS " + query);
    return Long.parseLong(rows("SELECT count(*) FROM \"" + table + "\"").getFirst());
  }

  @Override
  public long append(String table, RowSource source) {
    throw new AssertionError("no rows from Java");
  }

  @Override
  public Optional<StepState> state() {
    return Optional.empty();
  }

  @Override
  public void keepState(StepState state) {
    throw new AssertionError("a file is read as a whole");
  }

  @Override
  public StepFiles files() {
    return new FolderFiles();
  }

  @Override
  public StepTargets targets() {
    throw new UnsupportedOperationException("a file is no target of a transaction");
  }

  @Override
  public StepEvents events() {
    return this;
  }

  @Override
  public boolean cancelled() {
    return false;
  }

  @Override
  public void progress(long rows) {
    metrics.put("progress", (double) rows);
  }

  @Override
  public void metric(String name, double value, String unit) {
    metrics.put(name, value);
  }

  @Override
  public void log(Level level, String message) {
    metrics.merge("log lines", 1.0, Double::sum);
  }

  @Override
  public void event(String name, Map<String, String> attributes) {
    metrics.merge("events", 1.0, Double::sum);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private final class FolderFiles implements StepFiles {

    @Override
    public List<Path> read(String pathOrGlob) throws IOException {
      Path path = folder.resolve(pathOrGlob);
      if (Files.exists(path)) {
        return List.of(path);
      }
      List<Path> found = new ArrayList<>();
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(path.getParent(), path.getFileName().toString())) {
        files.forEach(found::add);
      }
      if (found.isEmpty()) {
        throw StepException.of(FailureCode.FILE_NOT_FOUND, "no file matches " + pathOrGlob);
      }
      return found.stream().sorted().toList();
    }

    @Override
    public Target write(String path) {
      return new RenamedTarget(folder.resolve(path));
    }

    @Override
    public Path publish(String name) {
      throw new AssertionError("these drivers publish no files");
    }
  }

  private final class RenamedTarget implements StepFiles.Target {

    private final Path place;

    RenamedTarget(Path place) {
      this.place = place;
    }

    @Override
    public Path path() {
      return place.resolveSibling("." + place.getFileName() + ".part");
    }

    @Override
    public void commit(long rows) throws IOException {
      Files.move(path(), place, StandardCopyOption.REPLACE_EXISTING);
      written.add(new Written(place.toString(), rows, Files.size(place)));
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(path());
    }
  }
}
