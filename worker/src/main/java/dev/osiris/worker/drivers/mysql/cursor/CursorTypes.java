package dev.osiris.worker.drivers.mysql.cursor;

import dev.osiris.worker.database.cursor.CursorChecks;
import dev.osiris.worker.drivers.mysql.protocol.ResultColumn;
import dev.osiris.worker.drivers.mysql.protocol.WireType;
import org.jspecify.annotations.Nullable;

/** Types in whose order a reading can go on exactly, under names of our own. */
final class CursorTypes {

  /** ENUM and SET are ordered by their numbers and compared by their texts. */
  private static final int NUMBERED_TEXT = 256 | 2048;

  private CursorTypes() {}

  /**
   * The name of a column's type.
   *
   * @param duckdb what it becomes
   * @throws dev.osiris.failure.StepException {@code TYPE_UNSUPPORTED}
   */
  static String of(ResultColumn column, String duckdb) {
    String type = type(column);
    if (type == null || duckdb.equals("BOOLEAN") || duckdb.equals("DOUBLE")) {
      throw CursorChecks.unsuitable(
          column.name(), "signed, unsigned, decimal, date, datetime, char; uuid is one, too");
    }
    return type;
  }

  private static @Nullable String type(ResultColumn column) {
    return switch (column.type()) {
      case WireType.TINY,
          WireType.SHORT,
          WireType.INT24,
          WireType.LONG,
          WireType.LONGLONG,
          WireType.YEAR ->
          "integer";
      case WireType.OLD_DECIMAL, WireType.DECIMAL -> "decimal";
      case WireType.DATE, WireType.NEW_DATE -> "date";
      case WireType.DATETIME -> "datetime";
      case WireType.TIMESTAMP -> "timestamp";
      case WireType.FLOAT,
          WireType.DOUBLE,
          WireType.NULL,
          WireType.TIME,
          WireType.BIT,
          WireType.JSON,
          WireType.GEOMETRY ->
          null;
      default -> text(column);
    };
  }

  private static @Nullable String text(ResultColumn column) {
    if (column.extension().equals("uuid")) {
      return "uuid";
    }
    boolean plain =
        column.extension().isEmpty() && !column.binary() && (column.flags() & NUMBERED_TEXT) == 0;
    return plain ? "text" : null;
  }
}
