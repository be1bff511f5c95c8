package dev.osiris.worker.drivers.parquet;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A DuckDB type as a tree, read from the text that DuckDB itself prints for it. */
public sealed interface DuckDbType {

  DuckDbType VARCHAR = new Scalar("VARCHAR");

  /** The type as SQL. Names and values are quoted, so that any text is safe inside a statement. */
  String sql();

  /** The types that this one is made of; empty for a leaf. */
  List<DuckDbType> children();

  /**
   * Reads a type.
   *
   * @throws IllegalArgumentException when the text is no type that a column of a table can have,
   *     such as a struct without field names
   */
  static DuckDbType parse(String text) {
    return new DuckDbTypeParser(text).parse();
  }

  /** All leaves, from left to right. */
  default Stream<DuckDbType> leaves() {
    return children().isEmpty() ? Stream.of(this) : children().stream().flatMap(DuckDbType::leaves);
  }

  /**
   * A type without parts.
   *
   * @param name words in capitals, such as {@code TIMESTAMP WITH TIME ZONE}
   * @param arguments as SQL: {@code 18} and {@code 3} of {@code DECIMAL(18,3)}, or quoted texts
   */
  record Scalar(String name, List<String> arguments) implements DuckDbType {

    public Scalar {
      arguments = List.copyOf(arguments);
    }

    Scalar(String name, String... arguments) {
      this(name, List.of(arguments));
    }

    @Override
    public String sql() {
      return arguments.isEmpty() ? name : name + "(" + String.join(",", arguments) + ")";
    }

    @Override
    public List<DuckDbType> children() {
      return List.of();
    }
  }

  /** An ENUM with its values in their order. */
  record Enumeration(List<String> values) implements DuckDbType {

    public Enumeration {
      values = List.copyOf(values);
    }

    @Override
    public String sql() {
      return values.stream().map(Sql::literal).collect(Collectors.joining(", ", "ENUM(", ")"));
    }

    @Override
    public List<DuckDbType> children() {
      return List.of();
    }
  }

  record ListOf(DuckDbType element) implements DuckDbType {

    @Override
    public String sql() {
      return element.sql() + "[]";
    }

    @Override
    public List<DuckDbType> children() {
      return List.of(element);
    }
  }

  /** A list whose length belongs to the type. */
  record ArrayOf(DuckDbType element, int length) implements DuckDbType {

    @Override
    public String sql() {
      return element.sql() + "[" + length + "]";
    }

    @Override
    public List<DuckDbType> children() {
      return List.of(element);
    }
  }

  record MapOf(DuckDbType key, DuckDbType value) implements DuckDbType {

    @Override
    public String sql() {
      return "MAP(" + key.sql() + ", " + value.sql() + ")";
    }

    @Override
    public List<DuckDbType> children() {
      return List.of(key, value);
    }
  }

  record Struct(List<Field> fields) implements DuckDbType {

    public Struct {
      fields = List.copyOf(fields);
    }

    @Override
    public String sql() {
      return fields.stream().map(Field::sql).collect(Collectors.joining(", ", "STRUCT(", ")"));
    }

    @Override
    public List<DuckDbType> children() {
      return fields.stream().map(Field::type).toList();
    }
  }

  /** One of several types, and which of them it is. */
  record Union(List<Field> members) implements DuckDbType {

    public Union {
      members = List.copyOf(members);
    }

    @Override
    public String sql() {
      return members.stream().map(Field::sql).collect(Collectors.joining(", ", "UNION(", ")"));
    }

    @Override
    public List<DuckDbType> children() {
      return members.stream().map(Field::type).toList();
    }
  }

  /** A named part of a struct or union. */
  record Field(String name, DuckDbType type) {

    String sql() {
      return Sql.name(name) + " " + type.sql();
    }
  }
}
