package dev.osiris.worker.drivers.mysql.read;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import dev.osiris.worker.drivers.mysql.protocol.ResultColumn;
import dev.osiris.worker.drivers.mysql.protocol.WireType;
import dev.osiris.worker.drivers.mysql.read.ColumnPlan.Form;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which type of DuckDB a type of MySQL or MariaDB becomes; {@code docs/types-mysql.md} in code. */
public record TypeTable(Choices choices) {

  private static final int MOST_DIGITS = 38;
  private static final int DIGITS_OF_64_BITS = 18;

  /**
   * The plans of a result's columns.
   *
   * @throws StepException {@code CONFIG_INVALID} when there is none, or two have one name
   */
  public List<ColumnPlan> plans(List<ResultColumn> columns) {
    if (columns.isEmpty()) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID, "the query gives no rows", "an extractor reads one SELECT");
    }
    Set<String> names = new HashSet<>();
    List<ColumnPlan> plans = new ArrayList<>();
    for (ResultColumn column : columns) {
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new StepException(
            Failure.of(
                    FailureCode.CONFIG_INVALID,
                    "two columns of the query are named '"
                        + column.name()
                        + "', and DuckDB does not tell names apart by case")
                .inColumn(column.name())
                .advise("give one of them another name with AS"));
      }
      plans.add(plan(column));
    }
    return plans;
  }

  private ColumnPlan plan(ResultColumn column) {
    boolean unsigned = column.unsigned();
    return switch (column.type()) {
      case WireType.TINY -> {
        if (choices.tinyint1IsBoolean() && column.length() == 1) {
          yield plan(column, "BOOLEAN", Form.BOOLEAN);
        }
        yield unsigned ? plan(column, "UTINYINT", Form.UINT8) : plan(column, "TINYINT", Form.INT8);
      }
      case WireType.SHORT ->
          unsigned ? plan(column, "USMALLINT", Form.UINT16) : plan(column, "SMALLINT", Form.INT16);
      case WireType.YEAR -> plan(column, "SMALLINT", Form.INT16);
      case WireType.INT24, WireType.LONG ->
          unsigned ? plan(column, "UINTEGER", Form.UINT32) : plan(column, "INTEGER", Form.INT32);
      case WireType.LONGLONG -> plan(column, unsigned ? "UBIGINT" : "BIGINT", Form.INT64);
      case WireType.FLOAT -> plan(column, "FLOAT", Form.FLOAT);
      case WireType.DOUBLE -> plan(column, "DOUBLE", Form.DOUBLE);
      case WireType.OLD_DECIMAL, WireType.DECIMAL -> decimal(column);
      case WireType.DATE, WireType.NEW_DATE -> dated(column, "DATE", Form.DATE);
      case WireType.DATETIME -> dated(column, "TIMESTAMP", Form.TIMESTAMP);
      case WireType.TIMESTAMP -> dated(column, "TIMESTAMP WITH TIME ZONE", Form.TIMESTAMP);
      case WireType.TIME -> plan(column, "INTERVAL", Form.TIME);
      case WireType.BIT ->
          new ColumnPlan(
              new Column(column.name(), "BIT", column.nullable()), Form.BIT, (int) column.length());
      case WireType.JSON -> plan(column, "JSON", Form.BYTES);
      case WireType.GEOMETRY ->
          choices.geometryIsText()
              ? plan(column, "VARCHAR", Form.WKT)
              : plan(column, "BLOB", Form.WKB);
      case WireType.NULL -> plan(column, "VARCHAR", Form.BYTES);
      default -> plan(column, text(column), Form.BYTES);
    };
  }

  private static String text(ResultColumn column) {
    return switch (column.extension()) {
      case "json" -> "JSON";
      case "uuid" -> "UUID";
      case "inet4", "inet6" -> "VARCHAR";
      default -> column.binary() ? "BLOB" : "VARCHAR";
    };
  }

  private ColumnPlan decimal(ResultColumn column) {
    int scale = column.decimals();
    int precision = (int) column.length() - (column.unsigned() ? 0 : 1) - (scale > 0 ? 1 : 0);
    if (precision > MOST_DIGITS && choices.numeric() != Choices.Numeric.DECIMAL) {
      return choices.numeric() == Choices.Numeric.TEXT
          ? plan(column, "VARCHAR", Form.BYTES)
          : plan(column, "DOUBLE", Form.DECIMAL_AS_DOUBLE);
    }
    int kept = Math.clamp(precision, Math.max(1, scale), MOST_DIGITS);
    return new ColumnPlan(
        new Column(column.name(), "DECIMAL(" + kept + "," + scale + ")", column.nullable()),
        kept <= DIGITS_OF_64_BITS ? Form.DECIMAL64 : Form.DECIMAL128,
        scale);
  }

  /** A NOT NULL column may hold what becomes NULL. */
  private ColumnPlan dated(ResultColumn column, String type, Form form) {
    boolean nullable = column.nullable() || choices.zeroDatesAreNull();
    return new ColumnPlan(new Column(column.name(), type, nullable), form, 0);
  }

  private static ColumnPlan plan(ResultColumn column, String type, Form form) {
    return new ColumnPlan(new Column(column.name(), type, column.nullable()), form, 0);
  }
}
