package dev.osiris.worker.database;

import dev.osiris.driver.StepConfig;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The table that a writer writes, and how.
 *
 * @param schema where the table is; empty for the session's
 * @param table as the configuration names it
 * @param key names of the columns of the input by which rows are told apart; empty for none
 * @param createIfMissing whether the table is made where there is none
 * @param planOnly whether only the statements are told that would make it
 */
public record WriteTarget(
    String schema,
    String table,
    WriteMode mode,
    List<String> key,
    boolean createIfMissing,
    boolean planOnly) {

  public WriteTarget {
    key = List.copyOf(key);
  }

  /**
   * Of the keys {@code table, schema, write_mode, primary_key, create_if_missing, plan_only}.
   *
   * @param defaultSchema where a table is that is named without one; empty for the session's
   * @throws StepException {@code CONFIG_INVALID} for an upsert without a key, and a key that names
   *     a column twice
   */
  public static WriteTarget of(StepConfig config, String defaultSchema) {
    List<String> key =
        config.value("primary_key") instanceof String name
            ? List.of(name)
            : config.texts("primary_key");
    WriteTarget target =
        new WriteTarget(
            config.optionalText("schema").orElse(defaultSchema),
            config.text("table"),
            WriteMode.of(config),
            key,
            config.flag("create_if_missing"),
            config.flag("plan_only"));
    if (target.mode == WriteMode.UPSERT && key.isEmpty()) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "primary_key: is required when write_mode is upsert",
          "name the columns by which a row of the table is found, such as primary_key: id");
    }
    Set<String> seen = new HashSet<>();
    for (String name : key) {
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw StepException.of(
            FailureCode.CONFIG_INVALID, "primary_key: names the column '" + name + "' twice");
      }
    }
    return target;
  }

  /** The quoted path of the table. */
  public String path(Quoting quoting) {
    return quoting.path(schema, table);
  }

  /** For people: the table with its schema. */
  public String name() {
    return schema.isEmpty() ? table : schema + "." + table;
  }

  /**
   * The columns of the key among those of the input.
   *
   * @throws StepException {@code COLUMN_UNKNOWN}
   */
  public List<Column> keyColumns(List<Column> input) {
    return key.stream()
        .map(name ->
            ColumnMatch.find(name, input, Column::name)
                .orElseThrow(() ->
                    StepException.of(
                        FailureCode.COLUMN_UNKNOWN,
                        "primary_key: the input has no column '" + name + "'",
                        "it has " + String.join(", ", input.stream().map(Column::name).toList()))))
        .toList();
  }
}
