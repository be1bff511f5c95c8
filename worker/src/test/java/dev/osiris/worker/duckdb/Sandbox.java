package dev.osiris.worker.duckdb;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.OutputTable;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A session's folders and DuckDB, for tests. */
final class Sandbox implements AutoCloseable {

  static final Share SHARE = new Share(new ByteSize(75_000_000), 1, ByteSize.ofMiB(1000));

  final Path data;
  final Path temporary;
  final DuckDb duckdb;
  private final Share share;

  Sandbox(Path root) throws SQLException, IOException {
    this(root, SHARE, 1);
  }

  Sandbox(Path root, Share share, int stock) throws SQLException, IOException {
    this.data = Files.createDirectories(root.resolve("data"));
    this.temporary = root.resolve("tmp");
    this.share = share;
    this.duckdb = new DuckDb(new DuckDb.Settings(temporary, share, stock));
  }

  /** What one step does with its database. */
  interface Work {
    void run(StepDatabase database) throws Exception;
  }

  /** Runs a step from its beginning to its publication. */
  InputRelations.Source step(String id, List<InputRelations.Source> inputs, Work work)
      throws Exception {
    StepFile file = StepFile.begin(data, new StepId(id), "a1");
    List<OutputTable> tables;
    try (StepDatabase database = duckdb.begin(file.path(), InputRelations.of(inputs), share)) {
      work.run(database);
      tables = database.finish();
    } catch (Exception e) {
      file.discard();
      throw e;
    }
    file.publish();
    return new InputRelations.Source(id, file.target(), tables);
  }

  InputRelations.Source sql(String id, String query, InputRelations.Source... inputs)
      throws Exception {
    return step(id, List.of(inputs), database -> database.sql("main", query));
  }

  Path published(String id) {
    return StepFile.published(data, new StepId(id));
  }

  /** Reads a published file with an instance of its own, as any other program would. */
  static List<List<Object>> rows(Path file, String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute("ATTACH " + Sql.path(file) + " AS f (READ_ONLY)");
      statement.execute("USE f");
      List<List<Object>> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery(query)) {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<Object> row = new ArrayList<>();
          for (int column = 1; column <= columns; column++) {
            row.add(result.getObject(column));
          }
          rows.add(row);
        }
      }
      return rows;
    }
  }

  static StepException failure(FailureCode code, ThrowingCallable work) {
    StepException thrown = Assertions.catchThrowableOfType(StepException.class, work);
    Assertions.assertThat(thrown).as("a StepException").isNotNull();
    Assertions.assertThat(thrown.failure().code()).as(thrown.failure().toString()).isEqualTo(code);
    return thrown;
  }

  @Override
  public void close() throws SQLException {
    duckdb.close();
  }
}
