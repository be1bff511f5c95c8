package dev.osiris.worker.drivers.csv;

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
import dev.osiris.step.Column;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.StepId;
import dev.osiris.step.StepState;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
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
import java.util.stream.Stream;

/** A step over one folder: real DuckDB, real files, everything that was told is kept. */
final class RecordingStepContext implements StepContext, AutoCloseable {

  final Map<String, Double> metrics = new LinkedHashMap<>();
  final List<String> logs = new ArrayList<>();
  final List<Long> committed = new ArrayList<>();
  final Path folder;

  private final StepConfig config;
  private final Connection connection;
  private final List<StepInput> inputs = new ArrayList<>();
  private final Path data;

  private RecordingStepContext(Path folder, StepConfig config, Map<String, String> settings)
      throws SQLException, IOException {
    this.folder = folder;
    this.config = config;
    this.data = Files.createTempFile(folder, "step", ".duckdb.tmp");
    Files.delete(data);
    this.connection = DriverManager.getConnection("jdbc:duckdb:");
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      execute("SET " + setting.getKey() + "='" + setting.getValue() + "'");
    }
    execute("SET TimeZone='UTC'");
    execute("ATTACH '" + data + "' AS step");
    execute("USE step");
  }

  static RecordingStepContext extractor(Path folder, Map<String, Object> config) throws Exception {
    return extractor(folder, config, Map.of("threads", "2", "memory_limit", "300MB"));
  }

  static RecordingStepContext extractor(
      Path folder, Map<String, Object> config, Map<String, String> settings) throws Exception {
    return new RecordingStepContext(
        folder, ComponentDefaults.config("filesystem.csv_extractor", config), settings);
  }

  /** After the extractor has run on it. */
  static RecordingStepContext extracted(Path folder, Map<String, Object> config) throws Exception {
    RecordingStepContext step = extractor(folder, config);
    boolean done = false;
    try {
      new CsvExtractor().run(step);
      done = true;
      return step;
    } finally {
      if (!done) {
        step.close();
      }
    }
  }

  /** With one input table {@code input}, made by that query. */
  static RecordingStepContext writer(Path folder, Map<String, Object> config, String query)
      throws Exception {
    RecordingStepContext context =
        new RecordingStepContext(
            folder,
            ComponentDefaults.config("filesystem.csv_writer", config),
            Map.of("threads", "2", "memory_limit", "300MB"));
    Path file = folder.resolve("input-" + System.nanoTime() + ".duckdb");
    context.execute("ATTACH '" + file + "' AS source");
    context.execute("CREATE TABLE source.main AS " + query);
    context.execute("CREATE TEMP VIEW \"input\" AS SELECT * FROM source.main.main");
    context.inputs.add(
        new StepInput.Table(
            "input",
            file,
            "main",
            "\"input\"",
            ((Number) context.rows("SELECT count(*) FROM source.main").getFirst().getFirst())
                .longValue(),
            context.columns("source.main.main")));
    return context;
  }

  List<Column> columns(String relation) throws SQLException {
    return rows("SELECT column_name, column_type FROM (DESCRIBE " + relation + ")").stream()
        .map(row -> new Column((String) row.get(0), (String) row.get(1), true))
        .toList();
  }

  /** {@code name TYPE} of the columns of the output. */
  List<String> types() throws SQLException {
    return columns("main").stream().map(column -> column.name() + " " + column.type()).toList();
  }

  List<List<Object>> rows(String query) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getObject(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public StepId stepId() {
    return new StepId("step");
  }

  @Override
  public StepConfig config() {
    return config;
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
    return data;
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
    return onlyInput();
  }

  @Override
  public StepInput.Table onlyInput() {
    return (StepInput.Table) inputs.getFirst();
  }

  @Override
  public long write(String table, List<? extends RowSource> sources) {
    throw new AssertionError("no rows from Java");
  }

  @Override
  public long sql(String table, String query) {
    throw new AssertionError("no query of a pipeline");
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
    return new Recorder();
  }

  @Override
  public boolean cancelled() {
    return false;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** Files under the folder, without grants. */
  private final class FolderFiles implements StepFiles {

    @Override
    public List<Path> read(String pathOrGlob) throws IOException {
      Path literal = folder.resolve(pathOrGlob);
      if (Files.exists(literal)) {
        return List.of(literal);
      }
      PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + pathOrGlob);
      try (Stream<Path> files = Files.list(folder)) {
        List<Path> found = files.filter(file -> glob.matches(file.getFileName())).sorted().toList();
        if (found.isEmpty()) {
          throw StepException.of(FailureCode.FILE_NOT_FOUND, "no file " + pathOrGlob);
        }
        return found;
      }
    }

    @Override
    public Target write(String path) throws IOException {
      Path place = folder.resolve(path);
      Path temporary = Files.createTempFile(folder, ".target", ".tmp");
      return new Target() {
        @Override
        public Path path() {
          return temporary;
        }

        @Override
        public void commit(long rows) throws IOException {
          committed.add(rows);
          Files.move(temporary, place, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void close() throws IOException {
          Files.deleteIfExists(temporary);
        }
      };
    }

    @Override
    public Path publish(String name) {
      throw new AssertionError("publishes no file");
    }
  }

  /** Keeps metrics and logs. */
  private final class Recorder implements StepEvents {

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
      logs.add(level + " " + message);
    }

    @Override
    public void event(String name, Map<String, String> attributes) {
      logs.add(name + attributes);
    }
  }
}
