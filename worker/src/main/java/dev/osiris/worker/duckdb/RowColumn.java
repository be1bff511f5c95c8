package dev.osiris.worker.duckdb;

import dev.osiris.step.Column;
import dev.osiris.worker.duckdb.vector.VectorType;

/**
 * How the values of one column travel from Java into DuckDB: as a type that a Java table function
 * can declare, and an expression that makes the real type of it.
 *
 * @param travels the type on the way
 * @param label unique name of the column on the way
 */
record RowColumn(Column column, VectorType type, VectorType travels, String label) {

  private static final VectorType TEXT = VectorType.of("VARCHAR");
  private static final VectorType BYTES = VectorType.of("BLOB");

  static RowColumn of(Column column, int index) {
    VectorType type = VectorType.of(column.type());
    VectorType travels = type.declarable() ? type : type.equals(BYTES) ? BYTES : TEXT;
    return new RowColumn(column, type, travels, "c" + index);
  }

  /** The type that the table function declares. */
  VectorType declared() {
    return travels.equals(BYTES) ? TEXT : travels;
  }

  /** The select item that gives the column its type and name. */
  String selectItem() {
    return expression() + " AS " + Sql.name(column.name());
  }

  private String expression() {
    if (travels.equals(BYTES)) {
      // Bytes travel as a text that nobody looks at; this takes them as they are.
      return "encode(" + label + ")";
    }
    return travels.equals(type) ? label : "CAST(" + label + " AS " + column.type() + ")";
  }
}
