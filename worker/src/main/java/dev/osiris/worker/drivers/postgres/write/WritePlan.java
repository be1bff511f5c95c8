package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.driver.StepInput;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.database.ColumnMatch;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.WriteMode;
import dev.osiris.worker.database.WriteTarget;
import dev.osiris.worker.drivers.postgres.Sql;
import dev.osiris.worker.drivers.postgres.encode.Encoding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How a step's rows reach their table, and the statements for it.
 *
 * <p>Rows go straight into the table where they can: to be added, and where all old ones go. They
 * go into a stage first, a temporary table that ends with the transaction, where rows are told
 * apart by a key, where the server reads a text as the value of a column, and where COPY would not
 * take them for the table.
 *
 * @param key the columns of {@link WriteTarget#key} among those that are sent
 */
record WritePlan(
    WriteTarget target,
    String relation,
    List<SentColumn> columns,
    List<SentColumn> key,
    boolean staged) {

  private static final String STAGE = "pg_temp.osiris_stage";
  private static final String ROW = "osiris_row";

  WritePlan {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /**
   * Matches the input with the table.
   *
   * @throws StepException {@code COLUMN_UNKNOWN}, {@code INPUT_UNSUITABLE}, {@code
   *     TYPE_UNSUPPORTED}, and {@code CONFIG_INVALID} when no unique index is over the key
   */
  static WritePlan of(WriteTarget target, StepInput.Table input, TargetTable table) {
    List<SentColumn> columns = new ArrayList<>();
    for (ColumnMatch<TargetColumn> match :
        ColumnMatch.of(input.columns(), table.columns(), target.name())) {
      columns.add(
          new SentColumn(
              match.input(), match.target(), Encoding.of(match.input(), match.target().type())));
    }
    boolean keyed = target.mode() != WriteMode.APPEND && !target.key().isEmpty();
    List<SentColumn> key = keyed ? key(target, input, columns, table) : List.of();
    boolean staged =
        keyed || !table.copied() || columns.stream().anyMatch(column -> column.encoding().asText());
    return new WritePlan(target, input.relation(), columns, key, staged);
  }

  private static List<SentColumn> key(
      WriteTarget target, StepInput.Table input, List<SentColumn> columns, TargetTable table) {
    List<SentColumn> key =
        target.keyColumns(input.columns()).stream()
            .map(column ->
                columns.stream()
                    .filter(sent -> sent.input().equals(column))
                    .findFirst()
                    .orElseThrow())
            .toList();
    Set<String> names = new HashSet<>();
    key.forEach(column -> names.add(column.target().name()));
    if (!table.uniqueKeys().contains(names)) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "primary_key: "
              + target.name()
              + " has no unique index over exactly these columns, so its rows cannot be told apart"
              + " by them",
          "CREATE UNIQUE INDEX ON "
              + target.path(Quoting.DOUBLE_QUOTES)
              + " ("
              + names(key)
              + "), or name the columns of one that is there");
    }
    return key;
  }

  boolean replaces() {
    return target.mode() == WriteMode.REPLACE;
  }

  /** Over the relation of the input, in DuckDB. */
  String select() {
    return "SELECT "
        + columns.stream()
            .map(column -> column.encoding().select())
            .collect(Collectors.joining(", "))
        + " FROM "
        + relation;
  }

  /** What is run before the first row comes, in order. */
  List<String> before() {
    List<String> statements = new ArrayList<>();
    if (replaces()) {
      // Two that replace at once would both see the old rows, and both leave theirs.
      statements.add("LOCK TABLE " + path() + " IN SHARE ROW EXCLUSIVE MODE");
    }
    if (staged) {
      statements.add(
          "CREATE TEMPORARY TABLE osiris_stage ("
              + ROW
              + " int8"
              + stageColumns()
              + ") ON COMMIT DROP");
    }
    if (replaces() && key.isEmpty()) {
      statements.add("DELETE FROM " + path());
    }
    return statements;
  }

  /** All, for people to read. */
  List<String> statements() {
    List<String> statements = new ArrayList<>(before());
    statements.add(copy());
    if (staged) {
      statements.add(insert());
    }
    if (replaces() && !key.isEmpty()) {
      statements.add(deleteOthers());
    }
    return statements;
  }

  private String stageColumns() {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> {
          SentColumn column = columns.get(i);
          return ", c"
              + i
              + " "
              + (column.encoding().asText() ? "text" : column.target().type().full());
        })
        .collect(Collectors.joining());
  }

  /** Takes the rows; each with its number first where they are staged. */
  String copy() {
    return "COPY "
        + (staged ? STAGE : path() + " (" + names(columns) + ")")
        + " FROM STDIN (FORMAT binary)";
  }

  /** Moves what is staged into the table. */
  String insert() {
    String overriding =
        columns.stream().anyMatch(column -> column.target().alwaysIdentity())
            ? " OVERRIDING SYSTEM VALUE"
            : "";
    return "INSERT INTO "
        + path()
        + " ("
        + names(columns)
        + ")"
        + overriding
        + " SELECT "
        + columns.stream().map(this::value).collect(Collectors.joining(", "))
        + " FROM "
        + STAGE
        + conflict();
  }

  private String conflict() {
    if (key.isEmpty()) {
      return "";
    }
    List<SentColumn> others = columns.stream().filter(column -> !key.contains(column)).toList();
    return " ON CONFLICT ("
        + names(key)
        + ") DO "
        + (others.isEmpty()
            ? "NOTHING"
            : others.stream()
                .map(column -> name(column) + " = EXCLUDED." + name(column))
                .collect(Collectors.joining(", ", "UPDATE SET ", "")));
  }

  /** Deletes the old rows whose key no new row has. */
  String deleteOthers() {
    return "DELETE FROM "
        + path()
        + " AS osiris_old WHERE NOT EXISTS (SELECT FROM "
        + STAGE
        + " WHERE "
        + joined(" AND ", key, column -> value(column) + " = osiris_old." + name(column))
        + ")";
  }

  String emptyStage() {
    return "DELETE FROM " + STAGE;
  }

  String analyzeStage() {
    return "ANALYZE " + STAGE;
  }

  /** Numbers of staged rows without a key, which no conflict is ever found for. */
  String rowsWithoutKey() {
    return rows(joined(" OR ", key, column -> value(column) + " IS NULL"));
  }

  /** Numbers of staged rows whose key an earlier one has. */
  String rowsWithKeyOfAnother() {
    return "SELECT "
        + ROW
        + " FROM (SELECT "
        + ROW
        + ", row_number() OVER (PARTITION BY "
        + joined(", ", key, this::value)
        + " ORDER BY "
        + ROW
        + ") AS place FROM "
        + STAGE
        + ") AS numbered WHERE place > 1 ORDER BY 1";
  }

  /** Columns whose text the server would fit to the length or digits of the type. */
  List<SentColumn> fitted() {
    return columns.stream()
        .filter(column -> column.encoding().asText() && column.target().type().modifier() >= 0)
        .toList();
  }

  /** Numbers of staged rows in which it would change the value. */
  String rowsThatChange(SentColumn column) {
    String value = value(column);
    return rows(
        value + " IS DISTINCT FROM CAST(" + value + " AS " + column.target().type().full() + ")");
  }

  private String rows(String condition) {
    return "SELECT " + ROW + " FROM " + STAGE + " WHERE " + condition + " ORDER BY 1";
  }

  /** A value of the stage, as one of the target's type. */
  private String value(SentColumn column) {
    String name = "c" + columns.indexOf(column);
    return column.encoding().asText()
        ? "CAST(" + name + " AS " + column.target().type().sql() + ")"
        : name;
  }

  private String path() {
    return target.path(Quoting.DOUBLE_QUOTES);
  }

  private static String names(List<SentColumn> columns) {
    return joined(", ", columns, WritePlan::name);
  }

  private static String name(SentColumn column) {
    return Sql.name(column.target().name());
  }

  private static String joined(
      String separator, List<SentColumn> columns, Function<SentColumn, String> text) {
    return columns.stream().map(text).collect(Collectors.joining(separator));
  }
}
