package dev.osiris.worker.duckdb;

import dev.osiris.driver.StepInput;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.OutputTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The names under which SQL sees the inputs of a step, and the statements that make them.
 *
 * <p>Each file is attached read-only under a name that no pipeline can write; SQL sees views on its
 * tables, which DuckDB dissolves, so that filters and projections reach the file. An input of one
 * table is {@code "b"}, one of several {@code "b"."actors"}. Beside these names there are aliases:
 * {@code df_b}, {@code "b"."actors"} where the only table is not {@code main}, and for the only
 * input {@code input_df} and {@code input_db.main}. An alias that collides is lost with a warning.
 */
public final class InputRelations {

  /** The catalog of the views. */
  static final String CATALOG = "memory";

  private static final String MAIN_SCHEMA = "main";
  private static final Set<String> RESERVED_SCHEMAS =
      Set.of(CATALOG, MAIN_SCHEMA, "temp", "system", "information_schema", "pg_catalog");

  private final List<StepInput.Table> tables = new ArrayList<>();
  private final Map<Path, String> catalogs = new LinkedHashMap<>();
  private final Map<Relation, StepInput.Table> primary = new LinkedHashMap<>();
  private final Map<Relation, StepInput.Table> aliases = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * Tables of one file under one input name.
   *
   * @param tables one or more; those of the file that are not in it stay invisible
   */
  public record Source(String name, Path file, List<OutputTable> tables) {
    public Source {
      tables = List.copyOf(tables);
    }
  }

  /** A name in SQL; equal to all that DuckDB takes for the same name. */
  record Relation(String schema, String name) {
    Relation key() {
      return new Relation(Relations.fold(schema), Relations.fold(name));
    }

    /** As SQL writes it. */
    String quoted() {
      return schema.equals(MAIN_SCHEMA) ? Sql.name(name) : Sql.name(schema) + "." + Sql.name(name);
    }

    private String definition() {
      return Sql.name(schema) + "." + Sql.name(name);
    }
  }

  private InputRelations() {}

  /**
   * Gives the names out.
   *
   * @throws StepException {@code CONFIG_INVALID} when two inputs have the same name for SQL, or
   *     when DuckDB cannot have a name; {@code INPUT_UNSUITABLE} when an input has no table
   */
  public static InputRelations of(List<Source> sources) {
    InputRelations relations = new InputRelations();
    Set<String> names = new HashSet<>();
    for (Source source : sources) {
      checkName(source, names);
      relations.addPrimary(source);
    }
    relations.addAliases(sources);
    return relations;
  }

  /** Every table under its input's name, in the order of the sources. */
  public List<StepInput.Table> tables() {
    return List.copyOf(tables);
  }

  /** One sentence for each alias that was lost. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** The attached files and the names of their catalogs. */
  Map<Path, String> catalogs() {
    return catalogs;
  }

  /** Every name that SQL may use, aliases included, for the gate. */
  Relations visible() {
    Set<String> plain = new HashSet<>();
    Map<String, Set<String>> qualified = new HashMap<>();
    for (Relation relation : named().keySet()) {
      if (relation.schema().equals(MAIN_SCHEMA)) {
        plain.add(relation.name());
      } else {
        qualified.computeIfAbsent(relation.schema(), _ -> new HashSet<>()).add(relation.name());
      }
    }
    return new Relations(plain, qualified);
  }

  private Map<Relation, StepInput.Table> named() {
    Map<Relation, StepInput.Table> all = new LinkedHashMap<>(primary);
    all.putAll(aliases);
    return all;
  }

  /** Attaches one file; run for each, so that an error belongs to one. */
  static String attach(Path file, String catalog) {
    return "ATTACH " + Sql.path(file) + " AS " + Sql.name(catalog) + " (TYPE duckdb, READ_ONLY)";
  }

  /** Makes the views; empty when there are no inputs. */
  String views() {
    Set<String> schemas = new LinkedHashSet<>();
    StringBuilder statements = new StringBuilder();
    named()
        .forEach((relation, table) -> {
          if (!relation.schema().equals(MAIN_SCHEMA) && schemas.add(relation.key().schema())) {
            statements.append("CREATE SCHEMA ").append(Sql.name(relation.schema())).append(";\n");
          }
          statements
              .append("CREATE VIEW ")
              .append(relation.definition())
              .append(" AS SELECT * FROM ")
              .append(Sql.name(catalog(table.path())))
              .append(".main.")
              .append(Sql.name(table.table()))
              .append(";\n");
        });
    return statements.toString();
  }

  /** The schemas of the views, for a search path in which the step's own file is first. */
  List<String> schemas() {
    Set<String> schemas = new LinkedHashSet<>();
    schemas.add(MAIN_SCHEMA);
    named().keySet().forEach(relation -> schemas.add(relation.schema()));
    return List.copyOf(schemas);
  }

  private String catalog(Path file) {
    return catalogs.computeIfAbsent(file, path -> ":in" + catalogs.size());
  }

  private static void checkName(Source source, Set<String> taken) {
    String name = source.name();
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID, "an input has a name that SQL cannot have");
    }
    if (source.tables().isEmpty()) {
      throw StepException.of(FailureCode.INPUT_UNSUITABLE, "input '" + name + "' has no table");
    }
    String key = Relations.fold(name);
    if (!taken.add(key)) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "two inputs are named '" + name + "'; SQL does not see upper and lower case",
          "give one of them another name under inputs:");
    }
    if (source.tables().size() > 1 && (RESERVED_SCHEMAS.contains(key) || key.startsWith(":"))) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "input '" + name + "' has several tables, and DuckDB keeps that name for itself",
          "give it another name under inputs:");
    }
  }

  private void addPrimary(Source source) {
    boolean single = source.tables().size() == 1;
    for (OutputTable table : source.tables()) {
      Relation relation =
          single
              ? new Relation(MAIN_SCHEMA, source.name())
              : new Relation(source.name(), table.name());
      StepInput.Table input =
          new StepInput.Table(
              source.name(),
              source.file(),
              table.name(),
              relation.quoted(),
              table.rows(),
              table.columns());
      tables.add(input);
      catalog(source.file());
      primary.put(relation, input);
    }
  }

  private void addAliases(List<Source> sources) {
    Map<Relation, StepInput.Table> wanted = new LinkedHashMap<>();
    Set<Relation> twice = new HashSet<>();
    for (StepInput.Table table : tables) {
      boolean single = table.relation().equals(new Relation(MAIN_SCHEMA, table.name()).quoted());
      for (Relation alias : aliasesOf(table, single, sources.size() == 1)) {
        boolean known = wanted.keySet().stream().anyMatch(other -> other.key().equals(alias.key()));
        if (known) {
          twice.add(alias.key());
        } else {
          wanted.put(alias, table);
        }
      }
    }
    Set<Relation> taken = primary.keySet().stream().map(Relation::key).collect(Collectors.toSet());
    Set<String> schemas = taken.stream().map(Relation::schema).collect(Collectors.toSet());
    Set<String> lost = new TreeSet<>();
    wanted.forEach((alias, table) -> {
      Relation key = alias.key();
      boolean foreign = !key.schema().equals(MAIN_SCHEMA) && schemas.contains(key.schema());
      if (twice.contains(key) || taken.contains(key) || foreign) {
        lost.add(alias.quoted());
      } else {
        aliases.put(alias, table);
      }
    });
    lost.forEach(
        alias -> warnings.add("the alias " + alias + " names two inputs, so it names none"));
  }

  private static List<Relation> aliasesOf(StepInput.Table table, boolean single, boolean only) {
    String frame = "df_" + table.name().replaceAll("[^A-Za-z0-9_]", "_");
    List<Relation> names = new ArrayList<>();
    names.add(single ? new Relation(MAIN_SCHEMA, frame) : new Relation(frame, table.table()));
    boolean named = !table.table().equals(OutputTable.MAIN);
    String schema = Relations.fold(table.name());
    if (single && named && !RESERVED_SCHEMAS.contains(schema) && !schema.startsWith(":")) {
      names.add(new Relation(table.name(), table.table()));
    }
    if (only && single) {
      names.add(new Relation(MAIN_SCHEMA, "input_df"));
      names.add(new Relation("input_db", OutputTable.MAIN));
    } else if (only) {
      names.add(new Relation("input_db", table.table()));
    }
    return names;
  }
}
