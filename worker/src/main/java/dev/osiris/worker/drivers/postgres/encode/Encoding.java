package dev.osiris.worker.drivers.postgres.encode;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.Source;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column of the input reach a column of the target.
 *
 * @param select expression of DuckDB's SQL over the input, of a type that can be read in place
 * @param asText whether the server is given a text, which it casts to the column's type itself,
 *     because the type's own form is not written
 */
public record Encoding(String select, Encoder encoder, boolean asText) {

  /** What a target's type holds. */
  private enum Holds {
    BOOLEAN,
    NUMBER,
    TIME,
    TEXT,
    BYTES,
    ARRAY,
    /** Whatever its text says. */
    ANY
  }

  /**
   * The way from one to the other.
   *
   * @throws StepException {@code TYPE_UNSUPPORTED} when no value of the one is a value of the other
   */
  public static Encoding of(Column column, TargetType target) {
    Source source = Source.of(column);
    String name = Quoting.DOUBLE_QUOTES.name(column.name());
    check(column, source, target);
    Encoder direct = direct(source, target);
    if (direct != null) {
      return new Encoding(readable(name, column, source), direct, false);
    }
    String text = TextOf.column(name, column, source, holds(target) == Holds.ARRAY);
    return switch (target.receive()) {
      case "textrecv", "citextrecv", "namerecv", "enum_recv" ->
          new Encoding(text, Encoders.BYTES, false);
      case "json_recv" -> new Encoding(json(name, text, source), Encoders.BYTES, false);
      case "jsonb_recv" -> new Encoding(json(name, text, source), Encoders.JSONB, false);
      case "varcharrecv", "bpcharrecv" ->
          new Encoding(text, Encoders.text(target.characters()), false);
      case "bit_recv", "varbit_recv" ->
          source.kind() == Source.Kind.BITS
              ? new Encoding(text, Encoders.BITS, false)
              : new Encoding(text, Encoders.BYTES, true);
      default -> new Encoding(text, Encoders.BYTES, true);
    };
  }

  /** A text is JSON already, or the server says that it is none. */
  private static String json(String name, String text, Source source) {
    return source.kind().family() == Source.Family.TEXT
        ? text
        : "CAST(to_json(" + name + ") AS VARCHAR)";
  }

  private static @Nullable Encoder direct(Source source, TargetType target) {
    Source.Kind kind = source.kind();
    boolean number = kind.family() == Source.Family.NUMBER;
    boolean instant =
        switch (kind) {
          case DATE, TIMESTAMP, TIMESTAMP_NS, TIMESTAMPTZ -> true;
          default -> false;
        };
    return switch (target.receive()) {
      case "boolrecv" -> kind == Source.Kind.BOOLEAN ? Encoders.BOOLEAN : null;
      case "int2recv" ->
          number
              ? NumberEncoders.integer(source, 2, Short.MIN_VALUE, Short.MAX_VALUE, "smallint")
              : null;
      case "int4recv" ->
          number
              ? NumberEncoders.integer(source, 4, Integer.MIN_VALUE, Integer.MAX_VALUE, "integer")
              : null;
      case "int8recv" ->
          number
              ? NumberEncoders.integer(source, 8, Long.MIN_VALUE, Long.MAX_VALUE, "bigint")
              : null;
      case "oidrecv" -> number ? NumberEncoders.integer(source, 4, 0, 0xFFFF_FFFFL, "oid") : null;
      case "float4recv" -> number ? NumberEncoders.float4(source) : null;
      case "float8recv" -> number ? NumberEncoders.float8(source) : null;
      case "numeric_recv" -> number ? new NumericEncoder(source, target) : null;
      case "bytearecv" -> kind == Source.Kind.BLOB ? Encoders.BYTES : null;
      case "date_recv" -> instant ? TimeEncoders.date(source) : null;
      case "timestamp_recv", "timestamptz_recv" ->
          instant ? TimeEncoders.timestamp(source, target) : null;
      case "time_recv" -> kind == Source.Kind.TIME ? TimeEncoders.time(target) : null;
      // One that keeps only some of its fields is the server's to check.
      case "interval_recv" ->
          kind == Source.Kind.INTERVAL && target.modifier() < 0 ? TimeEncoders.INTERVAL : null;
      case "uuid_recv" -> kind == Source.Kind.UUID ? Encoders.UUID : null;
      default -> null;
    };
  }

  private static String readable(String name, Column column, Source source) {
    return source.kind() == Source.Kind.TIMESTAMP && !column.type().equalsIgnoreCase("TIMESTAMP")
        ? "CAST(" + name + " AS TIMESTAMP)"
        : name;
  }

  private static void check(Column column, Source source, TargetType target) {
    Source.Family from = source.kind().family();
    boolean possible =
        switch (holds(target)) {
          case BOOLEAN -> from == Source.Family.BOOLEAN || from == Source.Family.TEXT;
          case NUMBER -> from == Source.Family.NUMBER || from == Source.Family.TEXT;
          case TIME -> from == Source.Family.TIME || from == Source.Family.TEXT;
          case BYTES -> from == Source.Family.BYTES;
          case ARRAY -> source.kind() == Source.Kind.LIST || from == Source.Family.TEXT;
          case TEXT, ANY -> from != Source.Family.BYTES;
        };
    if (!possible) {
      throw new StepException(
          Failure.of(
                  FailureCode.TYPE_UNSUPPORTED,
                  "column '"
                      + column.name()
                      + "' is "
                      + column.type()
                      + " and its column of the target is "
                      + target.full())
              .at(new Failure.Where(null, null, null, column.name(), target.full(), null, null))
              .advise("cast it in the step before"));
    }
  }

  private static Holds holds(TargetType target) {
    return switch (target.receive()) {
      case "boolrecv" -> Holds.BOOLEAN;
      case "int2recv",
          "int4recv",
          "int8recv",
          "oidrecv",
          "float4recv",
          "float8recv",
          "numeric_recv",
          "cash_recv" ->
          Holds.NUMBER;
      case "date_recv",
          "time_recv",
          "timetz_recv",
          "timestamp_recv",
          "timestamptz_recv",
          "interval_recv" ->
          Holds.TIME;
      case "textrecv",
          "citextrecv",
          "namerecv",
          "varcharrecv",
          "bpcharrecv",
          "json_recv",
          "jsonb_recv" ->
          Holds.TEXT;
      case "bytearecv" -> Holds.BYTES;
      case "array_recv" -> Holds.ARRAY;
      default -> Holds.ANY;
    };
  }
}
