package dev.osiris.worker.database.inspect;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.step.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Rows of a query, by position, in columns of VARCHAR, BIGINT and BOOLEAN. */
final class ListingRows implements RowSource {

  private final List<Column> columns;
  private final ResultSet rows;

  ListingRows(List<Column> columns, ResultSet rows) {
    this.columns = List.copyOf(columns);
    this.rows = rows;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public int fill(RowBatch batch) throws SQLException {
    int filled = 0;
    for (; filled < batch.capacity() && rows.next(); filled++) {
      for (int column = 0; column < columns.size(); column++) {
        String text = rows.getString(column + 1);
        if (text == null) {
          batch.setNull(column, filled);
          continue;
        }
        switch (columns.get(column).type()) {
          case "BIGINT" -> batch.setLong(column, filled, rows.getLong(column + 1));
          case "BOOLEAN" -> batch.setBoolean(column, filled, rows.getBoolean(column + 1));
          default -> batch.setText(column, filled, text);
        }
      }
    }
    return filled;
  }

  @Override
  public void close() {}
}
