package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.step.Column;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.Source;
import dev.osiris.worker.database.WriteTarget;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The statement that makes a table which holds every value of the input that MySQL can hold. */
final class CreateTable {

  private CreateTable() {}

  /** Of the input's columns, with the target's primary key. */
  static String sql(WriteTarget target, List<Column> input) {
    List<Column> key = target.keyColumns(input);
    String columns =
        input.stream()
            .map(column ->
                "  "
                    + Quoting.BACKTICKS.name(column.name())
                    + " "
                    + type(column, key.contains(column))
                    + (key.contains(column) ? " NOT NULL" : " NULL"))
            .collect(Collectors.joining(",\n"));
    String constraint =
        key.isEmpty()
            ? ""
            : key.stream()
                .map(column -> Quoting.BACKTICKS.name(column.name()))
                .collect(Collectors.joining(", ", ",\n  PRIMARY KEY (", ")"));
    return "CREATE TABLE IF NOT EXISTS "
        + target.path(Quoting.BACKTICKS)
        + " (\n"
        + columns
        + constraint
        + "\n) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4";
  }

  /** The type whose values include those of the column; a key needs one of a certain length. */
  private static String type(Column column, boolean key) {
    Source source = Source.of(column);
    return switch (source.kind()) {
      case BOOLEAN -> "tinyint(1)";
      case INTEGER ->
          switch (column.type().toUpperCase(Locale.ROOT)) {
            case "TINYINT" -> "tinyint";
            case "UTINYINT" -> "tinyint unsigned";
            case "SMALLINT" -> "smallint";
            case "USMALLINT" -> "smallint unsigned";
            case "INTEGER" -> "int";
            case "UINTEGER" -> "int unsigned";
            default -> "bigint";
          };
      case UBIGINT -> "bigint unsigned";
      case HUGEINT, UHUGEINT -> "decimal(39,0)";
      case DECIMAL -> "decimal(" + source.precision() + "," + source.scale() + ")";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case DATE -> "date";
      case TIME, INTERVAL -> "time(6)";
      // timestamp ends in 2038.
      case TIMESTAMP, TIMESTAMP_NS, TIMESTAMPTZ -> "datetime(6)";
      case UUID -> "char(36) CHARACTER SET ascii";
      case BLOB -> key ? "varbinary(255)" : "longblob";
      case JSON, LIST, NESTED -> "json";
      case TIMETZ, BITS, TEXT, OTHER ->
          // By its bytes, so that no two keys are one.
          key ? "varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "longtext";
    };
  }
}
