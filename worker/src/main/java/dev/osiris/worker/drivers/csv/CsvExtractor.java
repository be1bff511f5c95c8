package dev.osiris.worker.drivers.csv;

import dev.osiris.component.Suggestion;
import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code filesystem.csv_extractor}: CSV files become one table, each value kept exactly. */
public final class CsvExtractor implements Driver {

  @Override
  public String component() {
    return "filesystem.csv_extractor";
  }

  @Override
  public void run(StepContext context) throws SQLException, IOException, InterruptedException {
    CsvOptions options = CsvOptions.of(context.config());
    List<Path> files = context.files().read(context.config().text("path"));
    try (ArchiveChecks archives = ArchiveChecks.start(files, options)) {
      try {
        load(context, context.open(), files, options);
      } finally {
        // A damaged archive explains all that came after it, also what looks like success.
        if (!context.cancelled()) {
          archives.await();
        }
      }
    }
  }

  private static void load(
      StepContext context, Connection connection, List<Path> files, CsvOptions options)
      throws SQLException, IOException {
    CsvDiagnosis diagnosis = new CsvDiagnosis(connection, options);
    CsvSource source = CsvSource.open(connection, files, options, diagnosis);
    List<ColumnPlan> plan = plan(source);
    warnOfNames(context.events(), source);
    TypedLoad load = new TypedLoad(connection, source, diagnosis);
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    try {
      LoadThreads.choose(connection, bytes, plan.size());
      String rejects = load.run(plan);
      report(context.events(), connection, options, bytes, load.rows(), rejects);
    } catch (SQLException refusal) {
      if (context.cancelled()) {
        throw refusal;
      }
      throw diagnosis.explain(source, refusal).orElseThrow(() -> refusal);
    }
  }

  private static List<ColumnPlan> plan(CsvSource source) {
    CsvOptions options = source.options();
    requireKnown("dtype", options.dtypes().keySet(), source);
    requireKnown("parse_dates", options.dates().columns(), source);
    requireKnown("columns", options.columns(), source);
    requireDistinct(options.columns());
    boolean keepBlank = options.blankLines().orElse(false);
    if (keepBlank && source.columns().size() > 1) {
      throw StepException.of(
          FailureCode.CONFIG_INVALID,
          "config key 'skip_blank_lines' can be false for files of one column only:"
              + " with several, a blank line is no record");
    }
    List<String> wanted = options.columns().isEmpty() ? source.columns() : options.columns();
    return wanted.stream()
        .map(name -> plan(name, source.columns().indexOf(name), options))
        .toList();
  }

  private static ColumnPlan plan(String name, int position, CsvOptions options) {
    CheckedType declared = options.dtypes().get(name);
    if (declared != null) {
      return ColumnPlan.declared(name, position, declared);
    }
    CsvOptions.Dates dates = options.dates();
    boolean required = dates.columns().contains(name);
    List<CheckedType> candidates = new ArrayList<>();
    if (!required) {
      candidates.addAll(GuessedTypes.VALUES);
    }
    if (required || dates.everywhere()) {
      candidates.addAll(dates.types());
    }
    return ColumnPlan.guessed(name, position, candidates, required);
  }

  private static void requireKnown(String key, Collection<String> names, CsvSource source) {
    List<String> columns = source.columns();
    for (String name : names) {
      if (!columns.contains(name)) {
        throw new StepException(
            Failure.of(
                    FailureCode.COLUMN_UNKNOWN,
                    "config key '"
                        + key
                        + "' names the column '"
                        + name
                        + "', which the file does not have"
                        + Suggestion.phrase(name, columns))
                .inFile(source.parts().getFirst().files().getFirst().toString())
                .inColumn(name));
      }
    }
  }

  private static void requireDistinct(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw StepException.of(
            FailureCode.CONFIG_INVALID, "config key 'columns' names '" + name + "' twice");
      }
    }
  }

  private static void warnOfNames(StepEvents events, CsvSource source) {
    for (CsvSource.Part part : source.parts()) {
      if (part.head().renamed() > 0) {
        events.log(
            StepEvents.Level.WARN,
            part.head().renamed()
                + " columns of "
                + part.files().getFirst()
                + " have no name or one that another has, and were renamed");
      }
    }
  }

  private static void report(
      StepEvents events,
      Connection connection,
      CsvOptions options,
      long bytes,
      long rows,
      String rejects)
      throws SQLException {
    events.progress(rows);
    events.metric("rows_read", rows, "rows");
    events.metric("bytes_read", bytes, "bytes");
    if (options.skipBadLines()) {
      long skipped = skipped(connection, rejects, options);
      events.metric("lines_skipped", skipped, "lines");
      if (skipped > 0) {
        events.log(StepEvents.Level.WARN, skipped + " lines break the format and were left out");
      }
    }
  }

  /** Lines that are not in the encoding are no bad lines: the whole file was read wrongly. */
  private static long skipped(Connection connection, String rejects, CsvOptions options)
      throws SQLException {
    String counts =
        "SELECT count(DISTINCT (scan_id, file_id, line)),"
            + " min(line) FILTER (error_type = 'INVALID ENCODING') FROM temp."
            + rejects;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(counts)) {
      row.next();
      long line = row.getLong(2);
      if (!row.wasNull()) {
        throw new StepException(
            Failure.of(
                    FailureCode.ENCODING_INVALID,
                    "record " + line + " is not " + options.encoding().word())
                .advise("set 'encoding' to what the file is written in"));
      }
      return row.getLong(1);
    }
  }
}
