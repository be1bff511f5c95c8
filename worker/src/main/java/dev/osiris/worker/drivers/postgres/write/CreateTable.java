package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.Source;
import dev.osiris.worker.database.WriteTarget;
import dev.osiris.worker.drivers.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The statement that makes a table which holds every value of the input. */
final class CreateTable {

  /** Bytes of the longest name; the server would cut a longer one, and say nothing. */
  private static final int LONGEST_NAME = 63;

  private CreateTable() {}

  /**
   * Of the input's columns, with the target's primary key.
   *
   * @throws StepException {@code CONFIG_INVALID} for a name that the server would cut
   */
  static String sql(WriteTarget target, List<Column> input) {
    checkName("the table", target.table());
    String columns =
        input.stream()
            .map(column -> {
              checkName("column", column.name());
              return "  " + Sql.name(column.name()) + " " + type(column);
            })
            .collect(Collectors.joining(",\n"));
    List<Column> key = target.keyColumns(input);
    String constraint =
        key.isEmpty()
            ? ""
            : key.stream()
                .map(column -> Sql.name(column.name()))
                .collect(Collectors.joining(", ", ",\n  PRIMARY KEY (", ")"));
    return "CREATE TABLE IF NOT EXISTS "
        + target.path(Quoting.DOUBLE_QUOTES)
        + " (\n"
        + columns
        + constraint
        + "\n)";
  }

  /** The type of PostgreSQL whose values include those of the column. */
  static String type(Column column) {
    Source source = Source.of(column);
    return switch (source.kind()) {
      case BOOLEAN -> "boolean";
      case INTEGER ->
          switch (column.type().toUpperCase(Locale.ROOT)) {
            case "TINYINT", "UTINYINT", "SMALLINT" -> "smallint";
            case "USMALLINT", "INTEGER" -> "integer";
            default -> "bigint";
          };
      case UBIGINT -> "numeric(20,0)";
      case HUGEINT, UHUGEINT -> "numeric(39,0)";
      case DECIMAL -> "numeric(" + source.precision() + "," + source.scale() + ")";
      case FLOAT -> "real";
      case DOUBLE -> "double precision";
      case DATE -> "date";
      case TIME -> "time";
      case TIMETZ -> "timetz";
      case TIMESTAMP, TIMESTAMP_NS -> "timestamp";
      case TIMESTAMPTZ -> "timestamptz";
      case INTERVAL -> "interval";
      case UUID -> "uuid";
      case BLOB -> "bytea";
      case BITS -> "bit varying";
      case JSON -> "json";
      case LIST, NESTED -> "jsonb";
      case TEXT, OTHER -> "text";
    };
  }

  private static void checkName(String what, String name) {
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new StepException(
          Failure.of(
                  FailureCode.CONFIG_INVALID,
                  what
                      + " '"
                      + name
                      + "' has a name of more than "
                      + LONGEST_NAME
                      + " bytes, which PostgreSQL would cut")
              .inColumn(name)
              .advise("give it a shorter name"));
    }
  }
}
