package dev.osiris.worker.drivers.postgres;

import dev.osiris.step.Column;
import dev.osiris.worker.drivers.postgres.NumericDecoder.Form;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which DuckDB type each type of PostgreSQL becomes. The table for people: docs/types-postgres.md.
 */
final class TypeTable {

  /** Digits of the widest DECIMAL. */
  private static final int MOST_DIGITS = 38;

  /** Of a numeric that says nothing: 29 digits before the point. */
  private static final int UNSAID_SCALE = 9;

  private final Form numeric;

  /** What becomes of numeric: {@link Form#DECIMAL} where it fits, else all of them as that. */
  TypeTable(Form numeric) {
    this.numeric = numeric;
  }

  /**
   * A type as the server's catalog has it.
   *
   * @param name such as {@code int4}
   * @param schema of the type; only those of {@code pg_catalog} mean what is known here
   * @param modifier as PostgreSQL packs it; -1 for none
   * @param labels of an enum, in order; empty for others
   * @param element of an array; {@code null} for others
   */
  record PgType(
      String name,
      String schema,
      int modifier,
      List<String> labels,
      @org.jspecify.annotations.Nullable PgType element) {}

  ColumnPlan plan(String name, PgType type) {
    if (!type.labels().isEmpty()) {
      return plan(name, enumOf(type.labels()), Decoders.BYTES);
    }
    PgType element = type.element();
    if (element != null) {
      return array(name, element);
    }
    if (!type.schema().equals("pg_catalog")) {
      return text(name);
    }
    return switch (type.name()) {
      case "bool" -> plan(name, "BOOLEAN", Decoders.BOOLEAN);
      case "int2" -> plan(name, "SMALLINT", Decoders.INT2);
      case "int4" -> plan(name, "INTEGER", Decoders.INT4);
      case "int8" -> plan(name, "BIGINT", Decoders.INT8);
      case "oid", "xid", "cid" -> plan(name, "UINTEGER", Decoders.UINT4);
      case "float4" -> plan(name, "FLOAT", Decoders.FLOAT4);
      case "float8" -> plan(name, "DOUBLE", Decoders.FLOAT8);
      case "numeric" -> numeric(name, type.modifier());
      case "text", "varchar", "bpchar", "name" -> plan(name, "VARCHAR", Decoders.BYTES);
      case "json" -> plan(name, "JSON", Decoders.BYTES);
      case "jsonb" -> plan(name, "JSON", Decoders.JSONB);
      case "bytea" -> plan(name, "BLOB", Decoders.BYTES);
      case "date" -> plan(name, "DATE", Decoders.DATE);
      case "timestamp" -> plan(name, "TIMESTAMP", Decoders.TIMESTAMP);
      case "timestamptz" -> plan(name, "TIMESTAMP WITH TIME ZONE", Decoders.TIMESTAMP);
      case "time" -> plan(name, "TIME", Decoders.TIME);
      case "timetz" -> plan(name, "TIME WITH TIME ZONE", Decoders.TIMETZ);
      case "interval" -> plan(name, "INTERVAL", Decoders.INTERVAL);
      case "uuid" -> plan(name, "UUID", Decoders.UUID);
      case "bit", "varbit" -> plan(name, "BIT", Decoders.BITS);
      default -> text(name);
    };
  }

  private ColumnPlan numeric(String name, int modifier) {
    return switch (numeric) {
      case TEXT -> plan(name, "VARCHAR", new NumericDecoder(Form.TEXT, 0, 0));
      case DOUBLE -> plan(name, "DOUBLE", new NumericDecoder(Form.DOUBLE, 0, 0));
      case DECIMAL -> {
        int[] digits = digits(modifier);
        yield plan(
            name,
            "DECIMAL(" + digits[0] + "," + digits[1] + ")",
            new NumericDecoder(Form.DECIMAL, digits[0], digits[1]));
      }
    };
  }

  /** Digits in all and behind the point; a value that does not fit is found when it comes. */
  private static int[] digits(int modifier) {
    if (modifier < 0) {
      return new int[] {MOST_DIGITS, UNSAID_SCALE};
    }
    int packed = modifier - 4;
    int precision = packed >> 16 & 0xFFFF;
    // Eleven bits with a sign, since PostgreSQL 15.
    int scale = (packed & 0x7FF ^ 1024) - 1024;
    if (scale < 0) {
      return new int[] {Math.min(MOST_DIGITS, precision - scale), 0};
    }
    int kept = Math.min(scale, MOST_DIGITS);
    return new int[] {Math.min(MOST_DIGITS, Math.max(precision, kept)), kept};
  }

  private ColumnPlan array(String name, PgType element) {
    ColumnPlan one = plan(name, element);
    String type = one.column().type();
    boolean kept =
        switch (type) {
          case "BOOLEAN",
              "SMALLINT",
              "INTEGER",
              "BIGINT",
              "UINTEGER",
              "FLOAT",
              "DOUBLE",
              "UUID",
              "VARCHAR" ->
              !one.asText();
          default -> !element.labels().isEmpty();
        };
    boolean quoted = type.equals("VARCHAR") || !element.labels().isEmpty();
    return kept ? plan(name, type + "[]", new ArrayDecoder(one.decoder(), quoted)) : text(name);
  }

  private static String enumOf(List<String> labels) {
    return labels.stream()
        .map(label -> "'" + label.replace("'", "''") + "'")
        .collect(Collectors.joining(", ", "ENUM(", ")"));
  }

  private static ColumnPlan plan(String name, String type, Decoder decoder) {
    return new ColumnPlan(new Column(name, type, true), decoder, false);
  }

  /** What the server is asked the text of. */
  static ColumnPlan text(String name) {
    return new ColumnPlan(new Column(name, "VARCHAR", true), Decoders.BYTES, true);
  }
}
