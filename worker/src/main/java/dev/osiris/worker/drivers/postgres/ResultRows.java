package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.step.Column;
import dev.osiris.worker.database.SqlFailures;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGStatement;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PgResultSet;

/**
 * Rows of the JDBC driver's result, for what COPY does not take: SHOW, EXPLAIN, and servers that
 * speak PostgreSQL's protocol without COPY. The values come in the same binary forms.
 */
final class ResultRows implements RowSource {

  /**
   * The types whose decoders read the binary form, for the driver's {@code binaryTransferEnable}.
   * Texts and labels are the same bytes in either form, and all others come as their text.
   */
  static final List<Integer> BINARY =
      List.of(
          Oid.BOOL,
          Oid.INT2,
          Oid.INT4,
          Oid.INT8,
          Oid.OID,
          Oid.FLOAT4,
          Oid.FLOAT8,
          Oid.NUMERIC,
          Oid.JSONB,
          Oid.DATE,
          Oid.TIMESTAMP,
          Oid.TIMESTAMPTZ,
          Oid.TIME,
          Oid.TIMETZ,
          Oid.INTERVAL,
          Oid.UUID,
          Oid.BIT,
          Oid.VARBIT,
          Oid.BOOL_ARRAY,
          Oid.INT2_ARRAY,
          Oid.INT4_ARRAY,
          Oid.INT8_ARRAY,
          Oid.OID_ARRAY,
          Oid.FLOAT4_ARRAY,
          Oid.FLOAT8_ARRAY,
          Oid.UUID_ARRAY,
          Oid.TEXT_ARRAY,
          Oid.VARCHAR_ARRAY,
          Oid.BPCHAR_ARRAY,
          Oid.NAME_ARRAY);

  /** Rows asked for at first; the driver goes by their size from then on. */
  private static final int FIRST_ROWS = 16;

  private final PgConnection session;
  private final PgResultSet result;
  private final ResultShape shape;
  private final SqlFailures failures;
  private final ReadCount count;
  private long rows;

  private ResultRows(
      PgConnection session,
      PgResultSet result,
      ResultShape shape,
      SqlFailures failures,
      ReadCount count) {
    this.session = session;
    this.result = result;
    this.shape = shape;
    this.failures = failures;
    this.count = count;
  }

  /** Runs one statement; the session's end closes it. */
  static ResultRows of(
      PgConnection session, String sql, TypeTable types, SqlFailures failures, ReadCount count)
      throws SQLException {
    Sql.checkSingle(sql);
    Statement statement = session.createStatement();
    statement.setEscapeProcessing(false);
    statement.setFetchSize(FIRST_ROWS);
    // Below zero: binary from the first run on.
    statement.unwrap(PGStatement.class).setPrepareThreshold(-1);
    PgResultSet result = statement.executeQuery(sql).unwrap(PgResultSet.class);
    return new ResultRows(
        session, result, ResultShape.of(session, result, types).asResult(), failures, count);
  }

  @Override
  public List<Column> columns() {
    return shape.duckdb();
  }

  @Override
  public int fill(RowBatch batch) {
    int filled = 0;
    long bytes = 0;
    try {
      while (filled < batch.capacity() && result.next()) {
        for (int column = 0; column < shape.columns().size(); column++) {
          byte[] value = result.getBytes(column + 1);
          if (value == null) {
            batch.setNull(column, filled);
          } else {
            bytes += value.length;
            decode(batch, column, filled, value);
          }
        }
        filled++;
      }
    } catch (SQLException e) {
      throw failures.of(e);
    }
    rows += filled;
    count.add(filled, bytes);
    return filled;
  }

  private void decode(RowBatch batch, int column, int row, byte[] value) {
    ColumnPlan plan = shape.columns().get(column);
    try {
      plan.decoder().decode(batch, column, row, value, 0, value.length);
    } catch (Decoder.Unfitting unfitting) {
      throw plan.refused(rows + row + 1, Part.WHOLE, unfitting);
    }
  }

  @Override
  public void abort() {
    PostgresServer.abort(session);
  }

  @Override
  public void close() {}
}
