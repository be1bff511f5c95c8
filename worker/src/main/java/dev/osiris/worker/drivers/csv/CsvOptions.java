package dev.osiris.worker.drivers.csv;

import dev.osiris.driver.StepConfig;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the extractor was asked to do.
 *
 * @param header 0-based record of the names after the skipped ones; empty when there are none
 * @param skipRows records before that
 * @param columns the columns to keep, in this order; empty for all
 * @param dtypes declared types by column
 * @param nullTexts unquoted texts that are NULL, the empty one among them
 * @param blankLines {@code true} to keep them, {@code false} to skip them, empty for what the
 *     number of columns asks for
 * @param skipBadLines whether records that break the format are left out and counted
 */
record CsvOptions(
    CsvDialect dialect,
    Encoding encoding,
    String compression,
    OptionalLong header,
    long skipRows,
    List<String> columns,
    Map<String, CheckedType> dtypes,
    List<String> nullTexts,
    Optional<Boolean> blankLines,
    OptionalLong limit,
    Dates dates,
    boolean skipBadLines) {

  /**
   * Which columns hold dates.
   *
   * @param everywhere whether any column of dates becomes one
   * @param columns those that must be dates
   */
  record Dates(boolean everywhere, List<String> columns, List<CheckedType> types) {
    Dates {
      columns = List.copyOf(columns);
      types = List.copyOf(types);
    }
  }

  CsvOptions {
    columns = List.copyOf(columns);
    dtypes = Map.copyOf(dtypes);
    nullTexts = List.copyOf(nullTexts);
  }

  /**
   * Reads a configuration.
   *
   * @throws StepException {@code CONFIG_INVALID} for what the component's YAML cannot say
   */
  static CsvOptions of(StepConfig config) {
    CsvDialect dialect = CsvDialect.of(config);
    Map<String, CheckedType> dtypes = new LinkedHashMap<>();
    config
        .map("dtype")
        .forEach((column, type) -> dtypes.put(column, DeclaredType.of(column, "" + type)));
    return new CsvOptions(
        dialect,
        Encoding.of(config.text("encoding")),
        config.text("compression"),
        header(config),
        config.integer("skip_rows"),
        config.texts("columns"),
        dtypes,
        nullTexts(config, dialect),
        config.has("skip_blank_lines")
            ? Optional.of(!config.flag("skip_blank_lines"))
            : Optional.empty(),
        config.optionalInteger("limit").map(OptionalLong::of).orElse(OptionalLong.empty()),
        dates(config),
        config.text("on_bad_lines").toLowerCase(Locale.ROOT).equals("skip"));
  }

  private static OptionalLong header(StepConfig config) {
    if (config.value("header") instanceof Boolean present) {
      return present ? OptionalLong.of(0) : OptionalLong.empty();
    }
    return OptionalLong.of(config.integer("header"));
  }

  private static List<String> nullTexts(StepConfig config, CsvDialect dialect) {
    List<String> texts = new ArrayList<>(List.of(""));
    for (String text : config.texts("na_values")) {
      if (!texts.contains(text)) {
        texts.add(dialect.nullText("na_values", text));
      }
    }
    return texts;
  }

  private static Dates dates(StepConfig config) {
    boolean listed = config.value("parse_dates") instanceof List<?>;
    List<CheckedType> types =
        List.of(
            config
                .optionalText("date_format")
                .map(format -> formatted("DATE", format))
                .orElse(GuessedTypes.DATE),
            config
                .optionalText("timestamp_format")
                .map(format -> formatted("TIMESTAMP", format))
                .orElse(GuessedTypes.TIMESTAMP),
            GuessedTypes.TIMESTAMPTZ);
    return new Dates(
        !listed && config.flag("parse_dates"),
        listed ? config.texts("parse_dates") : List.of(),
        types);
  }

  private static CheckedType formatted(String type, String format) {
    if (!format.contains("%")) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "config key '"
              + type.toLowerCase(Locale.ROOT)
              + "_format' must hold codes such as %Y-%m-%d");
    }
    String parsed = "try_strptime({x}, " + SqlText.literal(format) + ")::" + type;
    return new CheckedType(type, parsed, "{t} IS NOT NULL");
  }
}
