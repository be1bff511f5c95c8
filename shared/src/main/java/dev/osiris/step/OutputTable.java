package dev.osiris.step;

import java.util.List;

/** A table that a step published. A step with one unnamed output calls it {@code main}. */
public record OutputTable(String name, long rows, List<Column> columns) {

  /** The name of a step's only table. */
  public static final String MAIN = "main";

  public OutputTable {
    columns = List.copyOf(columns);
  }
}
