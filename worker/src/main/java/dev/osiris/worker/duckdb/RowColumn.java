package dev.osiris.worker.duckdb;

import dev.osiris.step.Column;
import java.util.Locale;
import org.duckdb.DuckDBColumnType;

/**
 * How the values of one column travel from Java into DuckDB: as a type that a Java table function
 * can declare, and an expression that makes the real type of it.
 *
 * @param label unique name of the column on the way
 */
record RowColumn(Column column, Carrier carrier, String label) {

  /** What a column's values are while they travel. */
  enum Carrier {
    BOOLEAN(DuckDBColumnType.BOOLEAN),
    LONG(DuckDBColumnType.BIGINT),
    DOUBLE(DuckDBColumnType.DOUBLE),
    TEXT(DuckDBColumnType.VARCHAR);

    private final DuckDBColumnType type;

    Carrier(DuckDBColumnType type) {
      this.type = type;
    }

    DuckDBColumnType type() {
      return type;
    }
  }

  static RowColumn of(Column column, int index) {
    Carrier carrier =
        switch (type(column)) {
          case "BOOLEAN" -> Carrier.BOOLEAN;
          case "TINYINT",
              "SMALLINT",
              "INTEGER",
              "BIGINT",
              "UTINYINT",
              "USMALLINT",
              "UINTEGER",
              "DATE",
              "TIMESTAMP",
              "TIMESTAMP WITH TIME ZONE" ->
              Carrier.LONG;
          case "FLOAT", "DOUBLE" -> Carrier.DOUBLE;
          default -> Carrier.TEXT;
        };
    return new RowColumn(column, carrier, "c" + index);
  }

  /** The select item that gives the column its type and name. */
  String selectItem() {
    return expression() + " AS " + Sql.name(column.name());
  }

  private String expression() {
    return switch (type(column)) {
      case "BOOLEAN", "BIGINT", "DOUBLE", "VARCHAR" -> label;
      case "DATE" -> "DATE '1970-01-01' + CAST(" + label + " AS INTEGER)";
      case "TIMESTAMP" -> "make_timestamp(" + label + ")";
      case "TIMESTAMP WITH TIME ZONE" -> "make_timestamptz(" + label + ")";
      case "BLOB" -> "unhex(" + label + ")";
      default -> "CAST(" + label + " AS " + column.type() + ")";
    };
  }

  /** DuckDB's own name of the type, whichever of its names the source has used. */
  private static String type(Column column) {
    String type = column.type().strip().toUpperCase(Locale.ROOT);
    return switch (type) {
      case "BOOL", "LOGICAL" -> "BOOLEAN";
      case "INT1" -> "TINYINT";
      case "INT2", "SHORT", "INT16" -> "SMALLINT";
      case "INT4", "INT", "SIGNED", "INT32" -> "INTEGER";
      case "INT8", "LONG", "INT64" -> "BIGINT";
      case "FLOAT4", "REAL" -> "FLOAT";
      case "FLOAT8" -> "DOUBLE";
      case "TEXT", "STRING", "CHAR", "BPCHAR" -> "VARCHAR";
      case "DATETIME", "TIMESTAMP WITHOUT TIME ZONE" -> "TIMESTAMP";
      case "TIMESTAMPTZ" -> "TIMESTAMP WITH TIME ZONE";
      case "BYTEA", "VARBINARY", "BINARY" -> "BLOB";
      default -> type;
    };
  }
}
