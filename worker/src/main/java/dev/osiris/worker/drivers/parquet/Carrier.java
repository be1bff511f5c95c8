package dev.osiris.worker.drivers.parquet;

import static dev.osiris.worker.drivers.parquet.DuckDbType.VARCHAR;

import dev.osiris.worker.drivers.parquet.DuckDbType.ArrayOf;
import dev.osiris.worker.drivers.parquet.DuckDbType.Enumeration;
import dev.osiris.worker.drivers.parquet.DuckDbType.Field;
import dev.osiris.worker.drivers.parquet.DuckDbType.ListOf;
import dev.osiris.worker.drivers.parquet.DuckDbType.MapOf;
import dev.osiris.worker.drivers.parquet.DuckDbType.Scalar;
import dev.osiris.worker.drivers.parquet.DuckDbType.Struct;
import dev.osiris.worker.drivers.parquet.DuckDbType.Union;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The type in which a Parquet file carries a type that it cannot say itself. Going into the carrier
 * and back gives the same value of the same type; {@code docs/types.md} has the table.
 */
final class Carrier {

  /** A carrier that other programs can compute with; too narrow for the widest numbers. */
  static final DuckDbType WIDE_DECIMAL = new Scalar("DECIMAL", "38", "0");

  /** What Parquet says as DuckDB does. */
  private static final Set<String> KEPT =
      Set.of(
          "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "FLOAT",
          "DOUBLE",
          "DECIMAL",
          "VARCHAR",
          "BLOB",
          "DATE",
          "TIME",
          "TIME_NS",
          "TIMESTAMP",
          "TIMESTAMP_NS",
          "TIMESTAMP WITH TIME ZONE",
          "UUID",
          "JSON");

  /** Types whose text DuckDB reads back exactly. */
  private static final Set<String> AS_TEXT =
      Set.of("HUGEINT", "UHUGEINT", "BIGNUM", "BIT", "TIME WITH TIME ZONE");

  /** Types that DuckDB casts to TIMESTAMP and back exactly, infinity included. */
  private static final Set<String> AS_TIMESTAMP = Set.of("TIMESTAMP_S", "TIMESTAMP_MS");

  /** Its text cannot be read back when the hours are many, so its parts are kept. */
  private static final DuckDbType INTERVAL_PARTS =
      new Struct(
          List.of(
              new Field("months", new Scalar("INTEGER")),
              new Field("days", new Scalar("INTEGER")),
              new Field("micros", new Scalar("BIGINT"))));

  private Carrier() {}

  /** A part of the type that has no exact carrier; empty when the whole type can be kept. */
  static Optional<DuckDbType> unsupported(DuckDbType type) {
    return type.leaves().filter(leaf -> !isSupported(leaf)).findFirst();
  }

  /** The type with VARCHAR in place of what has no exact carrier. */
  static DuckDbType lossy(DuckDbType type) {
    return switch (type) {
      case Scalar scalar -> isSupported(scalar) ? scalar : VARCHAR;
      case Enumeration enumeration -> enumeration;
      case ListOf list -> new ListOf(lossy(list.element()));
      case ArrayOf array -> new ArrayOf(lossy(array.element()), array.length());
      case MapOf map -> new MapOf(lossy(map.key()), lossy(map.value()));
      case Struct struct -> new Struct(struct.fields().stream().map(Carrier::lossy).toList());
      case Union union -> new Union(union.members().stream().map(Carrier::lossy).toList());
    };
  }

  /** The type in the file; equal to the given one when Parquet keeps it by itself. */
  static DuckDbType of(DuckDbType type) {
    return switch (type) {
      case Scalar scalar -> ofScalar(scalar);
      case Enumeration ignored -> VARCHAR;
      case ListOf list -> new ListOf(of(list.element()));
      case ArrayOf array -> new ListOf(of(array.element()));
      case MapOf map -> new MapOf(of(map.key()), of(map.value()));
      case Struct struct -> new Struct(carried(struct.fields()));
      case Union union ->
          new Struct(
              List.of(
                  new Field("tag", VARCHAR),
                  new Field("value", new Struct(carried(union.members())))));
    };
  }

  /** Whether a column of that carrier, as a file records it, can be turned back into the type. */
  static boolean restores(DuckDbType type, DuckDbType carrier) {
    return unsupported(type).isEmpty()
        && (of(type).equals(carrier) || isWideInteger(type) && carrier.equals(WIDE_DECIMAL));
  }

  static boolean isWideInteger(DuckDbType type) {
    return type instanceof Scalar scalar
        && (scalar.name().equals("HUGEINT") || scalar.name().equals("UHUGEINT"));
  }

  /** Whether a cast does not do it, in either direction. */
  static boolean needsExpression(DuckDbType type) {
    return type instanceof Union
        || type instanceof Scalar scalar && isTakenApart(scalar)
        || type.children().stream().anyMatch(Carrier::needsExpression);
  }

  static boolean isInterval(Scalar scalar) {
    return scalar.name().equals("INTERVAL");
  }

  private static boolean isTakenApart(Scalar scalar) {
    return isInterval(scalar) || isGeometry(scalar);
  }

  private static boolean isGeometry(Scalar scalar) {
    return scalar.name().equals("GEOMETRY");
  }

  private static boolean isSupported(DuckDbType leaf) {
    return switch (leaf) {
      case Scalar scalar ->
          KEPT.contains(scalar.name())
              || AS_TEXT.contains(scalar.name())
              || AS_TIMESTAMP.contains(scalar.name())
              || isTakenApart(scalar);
      case Enumeration ignored -> true;
      case ListOf ignored -> true;
      case ArrayOf ignored -> true;
      case MapOf ignored -> true;
      case Struct ignored -> true;
      case Union ignored -> true;
    };
  }

  private static DuckDbType ofScalar(Scalar scalar) {
    if (AS_TEXT.contains(scalar.name())) {
      return VARCHAR;
    }
    if (AS_TIMESTAMP.contains(scalar.name())) {
      return new Scalar("TIMESTAMP");
    }
    if (isInterval(scalar)) {
      return INTERVAL_PARTS;
    }
    return isGeometry(scalar) ? new Scalar("BLOB") : scalar;
  }

  private static List<Field> carried(List<Field> fields) {
    return fields.stream().map(field -> new Field(field.name(), of(field.type()))).toList();
  }

  private static Field lossy(Field field) {
    return new Field(field.name(), lossy(field.type()));
  }
}
