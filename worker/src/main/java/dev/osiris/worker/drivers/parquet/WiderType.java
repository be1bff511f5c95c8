package dev.osiris.worker.drivers.parquet;

import static dev.osiris.worker.drivers.parquet.DuckDbType.VARCHAR;

import dev.osiris.worker.drivers.parquet.DuckDbType.Enumeration;
import dev.osiris.worker.drivers.parquet.DuckDbType.Field;
import dev.osiris.worker.drivers.parquet.DuckDbType.ListOf;
import dev.osiris.worker.drivers.parquet.DuckDbType.MapOf;
import dev.osiris.worker.drivers.parquet.DuckDbType.Scalar;
import dev.osiris.worker.drivers.parquet.DuckDbType.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the type that holds every value of two types exactly. */
final class WiderType {

  /**
   * A range of whole numbers.
   *
   * @param digits most decimal digits of a value
   */
  private record Whole(String name, boolean signed, int bits, int digits) {

    boolean holds(Whole other) {
      return signed == other.signed ? bits >= other.bits : signed && bits > other.bits;
    }
  }

  /** Narrow before wide. */
  private static final List<Whole> WHOLES =
      List.of(
          new Whole("TINYINT", true, 8, 3),
          new Whole("UTINYINT", false, 8, 3),
          new Whole("SMALLINT", true, 16, 5),
          new Whole("USMALLINT", false, 16, 5),
          new Whole("INTEGER", true, 32, 10),
          new Whole("UINTEGER", false, 32, 10),
          new Whole("BIGINT", true, 64, 19),
          new Whole("UBIGINT", false, 64, 20),
          new Whole("HUGEINT", true, 128, 39),
          new Whole("UHUGEINT", false, 128, 39));

  /** Bits of a whole number that every value of the type holds exactly. */
  private static final Map<String, Integer> MANTISSAS = Map.of("FLOAT", 24, "DOUBLE", 53);

  /** Coarse before fine; a finer one with a smaller range (nanoseconds) is not among them. */
  private static final List<String> CLOCKS = List.of("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP");

  private WiderType() {}

  /** The narrowest such type; empty when DuckDB has none. */
  static Optional<DuckDbType> of(DuckDbType left, DuckDbType right) {
    if (left.equals(right)) {
      return Optional.of(left);
    }
    if (isText(left) && isText(right)) {
      return Optional.of(VARCHAR);
    }
    if (left instanceof ListOf a && right instanceof ListOf b) {
      return of(a.element(), b.element()).map(ListOf::new);
    }
    if (left instanceof MapOf a && right instanceof MapOf b) {
      return of(a.key(), b.key())
          .flatMap(key -> of(a.value(), b.value()).map(value -> new MapOf(key, value)));
    }
    if (left instanceof Struct a && right instanceof Struct b) {
      return ofStructs(a, b);
    }
    if (left instanceof Scalar a && right instanceof Scalar b) {
      return ofScalars(a, b);
    }
    return Optional.empty();
  }

  private static boolean isText(DuckDbType type) {
    return type.equals(VARCHAR) || type.equals(new Scalar("JSON")) || type instanceof Enumeration;
  }

  private static Optional<DuckDbType> ofStructs(Struct left, Struct right) {
    if (left.fields().size() != right.fields().size()) {
      return Optional.empty();
    }
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < left.fields().size(); i++) {
      Field a = left.fields().get(i);
      Field b = right.fields().get(i);
      Optional<DuckDbType> type = of(a.type(), b.type());
      if (!a.name().equals(b.name()) || type.isEmpty()) {
        return Optional.empty();
      }
      fields.add(new Field(a.name(), type.get()));
    }
    return Optional.of(new Struct(fields));
  }

  private static Optional<DuckDbType> ofScalars(Scalar left, Scalar right) {
    Optional<Whole> a = whole(left);
    Optional<Whole> b = whole(right);
    if (a.isPresent() && b.isPresent()) {
      return WHOLES.stream()
          .filter(wide -> wide.holds(a.get()) && wide.holds(b.get()))
          .<DuckDbType>map(wide -> new Scalar(wide.name()))
          .findFirst();
    }
    int clock = Math.max(CLOCKS.indexOf(left.name()), CLOCKS.indexOf(right.name()));
    if (CLOCKS.contains(left.name()) && CLOCKS.contains(right.name())) {
      return Optional.of(new Scalar(CLOCKS.get(clock)));
    }
    if (MANTISSAS.containsKey(left.name()) || MANTISSAS.containsKey(right.name())) {
      int widest = Math.max(mantissa(left), mantissa(right));
      return Stream.of("FLOAT", "DOUBLE")
          .filter(name -> widest <= mantissa(new Scalar(name)))
          .<DuckDbType>map(Scalar::new)
          .findFirst();
    }
    return ofDecimals(left, right);
  }

  /** Bits needed to hold the values exactly; more than there are for what is no binary number. */
  private static int mantissa(Scalar type) {
    int bits = whole(type).map(Whole::bits).orElse(Integer.MAX_VALUE);
    return MANTISSAS.getOrDefault(type.name(), bits);
  }

  private static Optional<DuckDbType> ofDecimals(Scalar left, Scalar right) {
    int[] a = decimal(left);
    int[] b = decimal(right);
    if (a.length == 0 || b.length == 0) {
      return Optional.empty();
    }
    int scale = Math.max(a[1], b[1]);
    int digits = Math.max(a[0] - a[1], b[0] - b[1]) + scale;
    return digits <= 38
        ? Optional.of(new Scalar("DECIMAL", Integer.toString(digits), Integer.toString(scale)))
        : Optional.empty();
  }

  /** Digits and scale; empty for what is no decimal number. */
  private static int[] decimal(Scalar type) {
    if (type.name().equals("DECIMAL") && type.arguments().size() == 2) {
      return type.arguments().stream().mapToInt(Integer::parseInt).toArray();
    }
    return whole(type).map(whole -> new int[] {whole.digits(), 0}).orElseGet(() -> new int[0]);
  }

  private static Optional<Whole> whole(Scalar type) {
    return WHOLES.stream().filter(whole -> whole.name().equals(type.name())).findFirst();
  }
}
