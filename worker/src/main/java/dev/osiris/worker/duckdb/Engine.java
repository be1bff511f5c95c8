package dev.osiris.worker.duckdb;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.OutputTable;
import dev.osiris.unit.ByteSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one long-lived DuckDB instance of a worker: runs only statements that the worker wrote, with
 * little memory and one thread. Safe for use by several threads.
 */
final class Engine implements AutoCloseable {

  private static final Share SHARE = new Share(ByteSize.ofMiB(24), 1);

  private final Cell cell;
  private final AtomicLong attached = new AtomicLong();

  Engine(Path temporary) throws SQLException {
    this.cell = Cell.open(temporary, SHARE);
  }

  /** DuckDB's version, such as {@code v1.5.6}. */
  String version() throws SQLException {
    try (Connection connection = cell.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT version()")) {
      row.next();
      return row.getString(1);
    }
  }

  /** See {@link DuckDb#inspect}. */
  List<OutputTable> inspect(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!Files.isRegularFile(file)) {
      throw StepException.of(FailureCode.INPUT_MISSING, "there is no file " + name);
    }
    if (Files.exists(StepFile.logOf(file))) {
      throw new StepException(
          Failure.of(FailureCode.DATA_CORRUPT, name + " is of an attempt that has not ended")
              .inFile(name));
    }
    String catalog = ":file" + attached.incrementAndGet();
    try (Connection connection = cell.connect()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(InputRelations.attach(file, catalog));
      }
      try {
        return Tables.of(connection, catalog);
      } finally {
        try (Statement statement = connection.createStatement()) {
          statement.execute("DETACH " + Sql.name(catalog));
        }
      }
    } catch (SQLException e) {
      throw unreadable(e, name);
    }
  }

  static StepException unreadable(SQLException exception, String file) {
    Failure failure =
        DuckDbFailures.of(exception, SHARE)
            .filter(StepException.class::isInstance)
            .map(thrown -> ((StepException) thrown).failure())
            .orElseGet(() -> Failure.of(FailureCode.INTERNAL_ERROR, "DuckDB cannot open a file"));
    return new StepException(failure.inFile(file), exception);
  }

  @Override
  public void close() throws SQLException {
    cell.close();
  }
}
