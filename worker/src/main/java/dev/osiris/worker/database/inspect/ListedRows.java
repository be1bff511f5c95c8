package dev.osiris.worker.database.inspect;

import dev.osiris.driver.RowBatch;
import dev.osiris.driver.RowSource;
import dev.osiris.step.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a list: the few that a driver makes itself. Their values are {@code String}, {@code
 * Long}, {@code Boolean} or {@code null}, as the columns' types say.
 */
public final class ListedRows implements RowSource {

  private final List<Column> columns;
  private final List<List<@Nullable Object>> rows;
  private int next;

  /** Copies nothing: the list stays as it is. */
  public ListedRows(List<Column> columns, List<List<@Nullable Object>> rows) {
    this.columns = List.copyOf(columns);
    this.rows = rows;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public int fill(RowBatch batch) {
    int filled = 0;
    for (; next < rows.size() && filled < batch.capacity(); next++, filled++) {
      List<@Nullable Object> row = rows.get(next);
      for (int column = 0; column < columns.size(); column++) {
        switch (row.get(column)) {
          case null -> batch.setNull(column, filled);
          case Long number -> batch.setLong(column, filled, number);
          case Boolean flag -> batch.setBoolean(column, filled, flag);
          case Object text -> batch.setText(column, filled, text.toString());
        }
      }
    }
    return filled;
  }

  @Override
  public void close() {}
}
