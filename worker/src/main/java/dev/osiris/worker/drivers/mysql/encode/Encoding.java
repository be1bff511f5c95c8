package dev.osiris.worker.drivers.mysql.encode;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.Source;
import dev.osiris.worker.database.Source.Family;
import dev.osiris.worker.database.Source.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column of the input reach a column of the target.
 *
 * @param select expression of DuckDB's SQL over the input, of a type that can be read in place
 * @param expression of the server's SQL over the text that is sent, {@code UNHEX(%s)}; {@code %s}
 *     alone where the text is the value
 */
public record Encoding(String select, Encoder encoder, String expression) {

  private static final String ITSELF = "%s";
  private static final Encoder TEXT = (rows, column, row, out) -> out.text(rows, column, row);
  private static final Encoder HEX = (rows, column, row, out) -> out.hex(rows, column, row);

  /**
   * The way from one to the other.
   *
   * @throws StepException {@code TYPE_UNSUPPORTED} when no value of the one is a value of the other
   */
  public static Encoding of(Column column, TargetType target) {
    Source source = Source.of(column);
    Encoding encoding = find(column, source, target);
    if (encoding == null) {
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
    return encoding;
  }

  private static @Nullable Encoding find(Column column, Source source, TargetType target) {
    Kind kind = source.kind();
    String name = Quoting.DOUBLE_QUOTES.name(column.name());
    boolean number = kind.family() == Family.NUMBER || kind == Kind.BOOLEAN;
    boolean text = kind.family() == Family.TEXT;
    boolean instant =
        switch (kind) {
          case DATE, TIMESTAMP, TIMESTAMP_NS, TIMESTAMPTZ -> true;
          default -> false;
        };
    return switch (target.name()) {
      case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal" ->
          number ? itself(exact(name, source, target), Numbers.exact(source, target)) : null;
      case "float", "double" ->
          number ? itself(exact(name, source, target), Numbers.floating(source, target)) : null;
      case "bit" ->
          switch (kind) {
            case BITS ->
                new Encoding(cast(name), Numbers.bits(source, target), "CAST(%s AS UNSIGNED)");
            case BOOLEAN, INTEGER ->
                new Encoding(name, Numbers.bits(source, target), "CAST(%s AS UNSIGNED)");
            default -> null;
          };
      case "year" -> kind == Kind.INTEGER ? itself(name, Numbers.YEAR) : null;
      case "date" -> instant ? itself(readable(name, column, source), Times.date(source)) : null;
      case "datetime", "timestamp" ->
          instant ? itself(readable(name, column, source), Times.instant(source, target)) : null;
      case "time" ->
          kind == Kind.TIME || kind == Kind.INTERVAL
              ? itself(name, Times.time(source, target))
              : null;
      case "char" -> printed(kind) ? itself(textOf(name, column, source), withoutBlanks()) : null;
      case "varchar", "tinytext", "text", "mediumtext", "longtext" ->
          printed(kind) ? itself(textOf(name, column, source), TEXT) : null;
      case "json" ->
          printed(kind) ? itself(text ? textOf(name, column, source) : json(name), TEXT) : null;
      case "enum", "set" -> text ? itself(textOf(name, column, source), chosen(target)) : null;
      case "uuid" -> text || kind == Kind.UUID ? itself(textOf(name, column, source), TEXT) : null;
      case "inet4", "inet6" -> text ? itself(textOf(name, column, source), TEXT) : null;
      case "binary" -> kind == Kind.BLOB ? new Encoding(name, whole(target), "UNHEX(%s)") : null;
      case "varbinary", "tinyblob", "blob", "mediumblob", "longblob" ->
          kind == Kind.BLOB ? new Encoding(name, HEX, "UNHEX(%s)") : null;
      case "geometry",
          "point",
          "linestring",
          "polygon",
          "multipoint",
          "multilinestring",
          "multipolygon",
          "geometrycollection",
          "geomcollection" ->
          kind == Kind.BLOB
              ? new Encoding(name, HEX, "ST_GeomFromWKB(UNHEX(%s))")
              : text
                  ? new Encoding(textOf(name, column, source), TEXT, "ST_GeomFromText(%s)")
                  : null;
      default -> null;
    };
  }

  private static Encoding itself(String select, Encoder encoder) {
    return new Encoding(select, encoder, ITSELF);
  }

  /** Whether values are written as texts where a text is wanted. */
  private static boolean printed(Kind kind) {
    return kind != Kind.BLOB;
  }

  private static String textOf(String name, Column column, Source source) {
    return switch (source.kind()) {
      case TEXT -> column.type().equalsIgnoreCase("VARCHAR") ? name : cast(name);
      case JSON -> name;
      case LIST, NESTED -> json(name);
      default -> cast(name);
    };
  }

  private static String json(String name) {
    return "CAST(to_json(" + name + ") AS VARCHAR)";
  }

  private static String readable(String name, Column column, Source source) {
    return source.kind() == Kind.TIMESTAMP && !column.type().equalsIgnoreCase("TIMESTAMP")
        ? "CAST(" + name + " AS TIMESTAMP)"
        : name;
  }

  /** What {@link Numbers} reads in place; the rest comes as a text. */
  private static String exact(String name, Source source, TargetType target) {
    return switch (source.kind()) {
      case UBIGINT, HUGEINT, UHUGEINT -> cast(name);
      case DECIMAL -> Numbers.inPlace(source, target) ? name : cast(name);
      default -> name;
    };
  }

  private static String cast(String name) {
    return "CAST(" + name + " AS VARCHAR)";
  }

  /** The server takes blanks at the end of a char for its padding. */
  private static Encoder withoutBlanks() {
    return (rows, column, row, out) -> {
      out.text(rows, column, row);
      if (rows.length(column, row) > 0 && out.bytes()[out.size() - 1] == ' ') {
        throw new Encoder.Unfitting("ends with a blank, which a char does not keep");
      }
    };
  }

  /** The server fills what is shorter with zeros. */
  private static Encoder whole(TargetType target) {
    return (rows, column, row, out) -> {
      if (rows.length(column, row) != target.length()) {
        throw new Encoder.Unfitting("has another length than " + target.full());
      }
      out.hex(rows, column, row);
    };
  }

  /** The server would take a number for a place in the list, and other case for the same. */
  private static Encoder chosen(TargetType target) {
    List<String> values = target.values();
    boolean several = target.name().equals("set");
    return (rows, column, row, out) -> {
      String value = RowBuffer.string(rows, column, row);
      boolean known =
          several
              ? value.isEmpty() || values.containsAll(List.of(value.split(",", -1)))
              : values.contains(value);
      if (!known) {
        throw new Encoder.Unfitting("is none of the values of the " + target.name());
      }
      out.text(rows, column, row);
    };
  }
}
