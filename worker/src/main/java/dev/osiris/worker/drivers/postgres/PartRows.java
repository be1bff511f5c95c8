package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.step.Column;
import dev.osiris.worker.database.SqlFailures;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/** Rows of one session, which takes the next part of a shared queue whenever it has read one. */
final class PartRows implements RowSource {

  private final PgConnection session;
  private final ResultShape shape;
  private final Queue<Part> parts;
  private final SqlFailures failures;
  private final Copy copy;

  private @Nullable CopyRows rows;

  /** Begins to read a part on this session. */
  interface Copy {
    CopyRows begin(Part part) throws SQLException;
  }

  /**
   * Begins with the first part.
   *
   * @param parts that are not yet read, safe between threads
   */
  PartRows(
      PgConnection session, ResultShape shape, Queue<Part> parts, SqlFailures failures, Copy copy)
      throws SQLException {
    this.session = session;
    this.shape = shape;
    this.parts = parts;
    this.failures = failures;
    this.copy = copy;
    begin();
  }

  @Override
  public List<Column> columns() {
    return shape.duckdb();
  }

  @Override
  public int fill(RowBatch batch) {
    try {
      for (CopyRows part = rows; part != null; part = begin()) {
        int filled = part.fill(batch);
        if (filled > 0) {
          return filled;
        }
      }
      return 0;
    } catch (SQLException e) {
      throw failures.of(e);
    }
  }

  private @Nullable CopyRows begin() throws SQLException {
    Part next = parts.poll();
    rows = next == null ? null : copy.begin(next);
    return rows;
  }

  @Override
  public void abort() {
    PostgresServer.abort(session);
  }

  @Override
  public void close() {}
}
