package dev.osiris.worker.drivers.parquet;

import dev.osiris.worker.drivers.parquet.DuckDbType.ArrayOf;
import dev.osiris.worker.drivers.parquet.DuckDbType.Enumeration;
import dev.osiris.worker.drivers.parquet.DuckDbType.Field;
import dev.osiris.worker.drivers.parquet.DuckDbType.ListOf;
import dev.osiris.worker.drivers.parquet.DuckDbType.MapOf;
import dev.osiris.worker.drivers.parquet.DuckDbType.Scalar;
import dev.osiris.worker.drivers.parquet.DuckDbType.Struct;
import dev.osiris.worker.drivers.parquet.DuckDbType.Union;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * SQL that takes a value into its {@link Carrier} or back. A cast does most types; intervals,
 * geometries and unions are taken apart, and with them whatever holds them.
 */
final class CarrierSql {

  private enum Direction {
    INTO,
    BACK
  }

  private final Direction direction;
  private int lambdas;

  private CarrierSql(Direction direction) {
    this.direction = direction;
  }

  /** The expression, of that type, as its carrier; unchanged when Parquet keeps the type. */
  static String into(String expression, DuckDbType type) {
    return new CarrierSql(Direction.INTO).convert(expression, type);
  }

  /** The carrier's expression as the type that it was. */
  static String back(String expression, DuckDbType type) {
    // DuckDB has no CASE over arrays: they are lists until all is put together.
    DuckDbType loose = Carrier.needsExpression(type) ? withoutArrays(type) : type;
    String value = new CarrierSql(Direction.BACK).convert(expression, loose);
    return loose.equals(type) ? value : Sql.cast(value, type);
  }

  private String convert(String value, DuckDbType type) {
    DuckDbType carrier = Carrier.of(type);
    if (!Carrier.needsExpression(type)) {
      return carrier.equals(type)
          ? value
          : Sql.cast(value, direction == Direction.INTO ? carrier : type);
    }
    return switch (type) {
      case Scalar scalar -> Carrier.isInterval(scalar) ? interval(value) : geometry(value, scalar);
      case Enumeration enumeration -> Sql.cast(value, enumeration);
      case ListOf list -> each(value, element -> convert(element, list.element()));
      case ArrayOf array -> {
        ListOf list = new ListOf(array.element());
        yield convert(Sql.cast(value, list), list);
      }
      case MapOf map -> map(value, map);
      case Struct struct ->
          unlessNull(
              value, pack(struct.fields(), (name, part) -> convert(part(value, name), part)));
      case Union union ->
          direction == Direction.INTO ? takeApart(value, union) : putTogether(value, union);
    };
  }

  private String interval(String value) {
    if (direction == Direction.BACK) {
      return "(to_months("
          + part(value, "months")
          + ") + to_days("
          + part(value, "days")
          + ") + to_microseconds("
          + part(value, "micros")
          + "))";
    }
    // Each part of an interval has the sign of its own component; 'microsecond' holds the seconds.
    String months = "date_part('year', %1$s) * 12 + date_part('month', %1$s)";
    String micros =
        "date_part('hour', %1$s) * 3600000000 + date_part('minute', %1$s) * 60000000"
            + " + date_part('microsecond', %1$s)";
    String parts =
        "struct_pack(\"months\" := CAST("
            + months
            + " AS INTEGER), \"days\" := CAST(date_part('day', %1$s) AS INTEGER), \"micros\" := "
            + micros
            + ")";
    return unlessNull(value, parts.replace("%1$s", value));
  }

  /** Well-known binary: DuckDB writes a native geometry as a plain blob for some coordinates. */
  private String geometry(String value, Scalar type) {
    if (direction == Direction.INTO) {
      return "st_aswkb(" + value + ")";
    }
    String geometry = "st_geomfromwkb(" + value + ")";
    return type.arguments().isEmpty()
        ? geometry
        : "st_setcrs(" + geometry + ", " + type.arguments().getFirst() + ")";
  }

  private String map(String value, MapOf map) {
    String entries =
        each(
            "map_entries(" + value + ")",
            entry ->
                "struct_pack(\"key\" := "
                    + convert(part(entry, "key"), map.key())
                    + ", \"value\" := "
                    + convert(part(entry, "value"), map.value())
                    + ")");
    return "map_from_entries(" + entries + ")";
  }

  private String takeApart(String value, Union union) {
    String tag = "CAST(union_tag(" + value + ") AS VARCHAR)";
    // Only the member in use is looked at: what DuckDB keeps in the others is arbitrary.
    String members =
        pack(
            union.members(),
            (name, type) ->
                "CASE WHEN "
                    + tag
                    + " = "
                    + Sql.literal(name)
                    + " THEN "
                    + convert("union_extract(" + value + ", " + Sql.literal(name) + ")", type)
                    + " END");
    return unlessNull(value, "struct_pack(\"tag\" := " + tag + ", \"value\" := " + members + ")");
  }

  private String putTogether(String value, Union union) {
    String members = part(value, "value");
    return union.members().stream()
        .map(member ->
            " WHEN "
                + Sql.literal(member.name())
                + " THEN "
                + Sql.cast(
                    "union_value("
                        + Sql.name(member.name())
                        + " := "
                        + convert(part(members, member.name()), member.type())
                        + ")",
                    union))
        .collect(Collectors.joining("", "CASE " + part(value, "tag"), " END"));
  }

  private String each(String list, UnaryOperator<String> element) {
    String variable = "e" + ++lambdas;
    return "list_transform(" + list + ", lambda " + variable + ": " + element.apply(variable) + ")";
  }

  private static DuckDbType withoutArrays(DuckDbType type) {
    return switch (type) {
      case Scalar scalar -> scalar;
      case Enumeration enumeration -> enumeration;
      case ListOf list -> new ListOf(withoutArrays(list.element()));
      case ArrayOf array -> new ListOf(withoutArrays(array.element()));
      case MapOf map -> new MapOf(withoutArrays(map.key()), withoutArrays(map.value()));
      case Struct struct -> new Struct(withoutArrays(struct.fields()));
      case Union union -> new Union(withoutArrays(union.members()));
    };
  }

  private static List<Field> withoutArrays(List<Field> fields) {
    return fields.stream()
        .map(field -> new Field(field.name(), withoutArrays(field.type())))
        .toList();
  }

  private static String pack(List<Field> fields, BiFunction<String, DuckDbType, String> part) {
    return fields.stream()
        .map(field -> Sql.name(field.name()) + " := " + part.apply(field.name(), field.type()))
        .collect(Collectors.joining(", ", "struct_pack(", ")"));
  }

  private static String part(String struct, String name) {
    return "struct_extract(" + struct + ", " + Sql.literal(name) + ")";
  }

  private static String unlessNull(String value, String result) {
    return "CASE WHEN " + value + " IS NOT NULL THEN " + result + " END";
  }
}
