package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.driver.StepInput;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.database.ColumnMatch;
import dev.osiris.worker.database.Quoting;
import dev.osiris.worker.database.WriteMode;
import dev.osiris.worker.database.WriteTarget;
import dev.osiris.worker.drivers.mysql.encode.Encoding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a step's rows reach their table, and the statements for it.
 *
 * <p>Rows go straight into the table where they are added, and where all old ones go. They go into
 * a stage first, a temporary table, where rows are told apart by a key.
 *
 * @param key the columns of {@link WriteTarget#key} among those that are sent
 */
record WritePlan(
    WriteTarget target, String relation, List<SentColumn> columns, List<SentColumn> key) {

  private static final String STAGE = "osiris_stage";
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
    return new WritePlan(
        target, input.relation(), columns, keyed ? key(target, input, columns, table) : List.of());
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
          "ALTER TABLE "
              + target.path(Quoting.BACKTICKS)
              + " ADD UNIQUE INDEX ("
              + joined(", ", key, WritePlan::name)
              + "), or name the columns of one that is there");
    }
    return key;
  }

  boolean staged() {
    return !key.isEmpty();
  }

  boolean replaces() {
    return target.mode() == WriteMode.REPLACE;
  }

  /** Over the relation of the input, in DuckDB. */
  String select() {
    return "SELECT "
        + joined(", ", columns, column -> column.encoding().select())
        + " FROM "
        + relation;
  }

  /** What is run before the transaction begins, since it may end one. */
  List<String> outside() {
    if (!staged()) {
      return List.of();
    }
    boolean indexed =
        key.stream().noneMatch(column -> column.target().type().name().matches(".*(text|blob)"));
    return List.of(
        "CREATE TEMPORARY TABLE "
            + STAGE
            + " ("
            + ROW
            + " bigint NOT NULL PRIMARY KEY"
            + (indexed ? ", INDEX (" + joined(", ", key, WritePlan::name) + ")" : "")
            + ") ENGINE = InnoDB AS SELECT 0 AS "
            + ROW
            + ", "
            + joined(", ", columns, WritePlan::name)
            + " FROM "
            + path()
            + " LIMIT 0");
  }

  /** What is run in the transaction before the first row comes, in order. */
  List<String> before() {
    return replaces() && !staged() ? List.of("DELETE FROM " + path()) : List.of();
  }

  /** All, for people to read. */
  List<String> statements() {
    List<String> statements = new ArrayList<>(outside());
    statements.addAll(before());
    statements.add(load());
    if (staged()) {
      statements.add(update(""));
      statements.add(insert(""));
      if (replaces()) {
        statements.add(deleteOthers());
      }
    }
    return statements;
  }

  /** Takes the rows of a file that is ours alone; each with its number first where it is staged. */
  String load() {
    List<String> places = new ArrayList<>();
    List<String> sets = new ArrayList<>();
    if (staged()) {
      places.add(ROW);
    }
    for (int i = 0; i < columns.size(); i++) {
      SentColumn column = columns.get(i);
      String expression = column.encoding().expression();
      if (expression.equals("%s")) {
        places.add(name(column));
      } else {
        places.add("@osiris_" + i);
        sets.add(name(column) + " = " + expression.formatted("@osiris_" + i));
      }
    }
    return "LOAD DATA LOCAL INFILE 'osiris-rows' INTO TABLE "
        + destination()
        + " CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\'"
        + " LINES TERMINATED BY '\\n' ("
        + String.join(", ", places)
        + ")"
        + (sets.isEmpty() ? "" : " SET " + String.join(", ", sets));
  }

  /** The same as the beginning of a statement, to which rows of {@link RowEncoder} are added. */
  String insertRows() {
    return "INSERT INTO "
        + destination()
        + " ("
        + (staged() ? ROW + ", " : "")
        + joined(", ", columns, WritePlan::name)
        + ") VALUES ";
  }

  /**
   * Gives rows of the table the values of the staged ones of their key, of those that are named.
   */
  String update(String rows) {
    List<SentColumn> others = columns.stream().filter(column -> !key.contains(column)).toList();
    // Of a table that is nothing but key, nothing changes.
    List<SentColumn> set = others.isEmpty() ? key : others;
    return "UPDATE "
        + path()
        + " AS osiris_old JOIN "
        + STAGE
        + " AS osiris_new ON "
        + sameKey()
        + " SET "
        + joined(
            ", ", set, column -> "osiris_old." + name(column) + " = osiris_new." + name(column))
        + rows;
  }

  /** Adds the staged rows whose key the table has not. */
  String insert(String rows) {
    return "INSERT INTO "
        + path()
        + " ("
        + joined(", ", columns, WritePlan::name)
        + ") SELECT "
        + joined(", ", columns, column -> "osiris_new." + name(column))
        + " FROM "
        + STAGE
        + " AS osiris_new LEFT JOIN "
        + path()
        + " AS osiris_old ON "
        + sameKey()
        + (rows.isEmpty() ? " WHERE " : rows + " AND ")
        + "osiris_old."
        + name(key.getFirst())
        + " IS NULL";
  }

  /** Which staged rows {@link #update} and {@link #insert} are about. */
  static String between(long first, long last) {
    return " WHERE osiris_new." + ROW + " BETWEEN " + first + " AND " + last;
  }

  /** Deletes the old rows whose key no new row has. */
  String deleteOthers() {
    return "DELETE osiris_old FROM "
        + path()
        + " AS osiris_old LEFT JOIN "
        + STAGE
        + " AS osiris_new ON "
        + sameKey()
        + " WHERE osiris_new."
        + ROW
        + " IS NULL";
  }

  /** Numbers of staged rows whose key an earlier one has. */
  String rowsWithKeyOfAnother() {
    return "SELECT "
        + ROW
        + " FROM (SELECT "
        + ROW
        + ", row_number() OVER (PARTITION BY "
        + joined(", ", key, WritePlan::name)
        + " ORDER BY "
        + ROW
        + ") AS place FROM "
        + STAGE
        + ") AS numbered WHERE place > 1 ORDER BY 1";
  }

  /** Numbers of staged rows without a key. */
  String rowsWithoutKey() {
    return "SELECT "
        + ROW
        + " FROM "
        + STAGE
        + " WHERE "
        + joined(" OR ", key, column -> name(column) + " IS NULL")
        + " ORDER BY 1";
  }

  private String sameKey() {
    return joined(
        " AND ", key, column -> "osiris_old." + name(column) + " = osiris_new." + name(column));
  }

  private String destination() {
    return staged() ? STAGE : path();
  }

  private String path() {
    return target.path(Quoting.BACKTICKS);
  }

  private static String name(SentColumn column) {
    return Quoting.BACKTICKS.name(column.target().name());
  }

  private static String joined(
      String separator, List<SentColumn> columns, Function<SentColumn, String> text) {
    return columns.stream().map(text).collect(Collectors.joining(separator));
  }
}
