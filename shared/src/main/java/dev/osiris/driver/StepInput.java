package dev.osiris.driver;

import dev.osiris.step.Column;
import java.nio.file.Path;
import java.util.List;

/** What an earlier step published, under the name that this step gave it. */
public sealed interface StepInput {

  /** The input's name in the pipeline. */
  String name();

  /**
   * One table.
   *
   * @param path the DuckDB file, opened by nobody for writing
   * @param table the table's name in that file
   * @param relation the quoted name of the table in SQL of {@link StepContext#open} and {@link
   *     StepContext#sql}
   */
  record Table(
      String name, Path path, String table, String relation, long rows, List<Column> columns)
      implements StepInput {
    public Table {
      columns = List.copyOf(columns);
    }
  }

  /** One published file. */
  record File(String name, Path path, long bytes) implements StepInput {}
}
