package dev.osiris.worker.drivers.csv;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says where and how files break what they were said to be. The engine's messages quote lines, so
 * it is asked again in a form whose answer is a position.
 */
final class CsvDiagnosis {

  private final Connection connection;
  private final CsvOptions options;
  private int probes;

  CsvDiagnosis(Connection connection, CsvOptions options) {
    this.connection = connection;
    this.options = options;
  }

  /** A record that the engine rejected; {@code text} holds values. */
  private record Reject(String type, long line, long offset, String text) {}

  /** The failure behind an engine's refusal of the source's files, if it is the files'. */
  Optional<StepException> explain(CsvSource source, SQLException refusal)
      throws SQLException, IOException {
    for (CsvSource.Part part : source.parts()) {
      for (Path file : part.files()) {
        String rejects = "osiris_csv_probe_" + ++probes;
        String query =
            "SELECT count(COLUMNS(*)) FROM (" + source.fileRejectingTo(part, file, rejects) + ")";
        Optional<StepException> found =
            explain(part.compression(), file, query, rejects, part.positions().size(), refusal);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** The failure behind an engine's refusal to read even the lines of a file. */
  Optional<StepException> explainLines(Path file, SQLException refusal)
      throws SQLException, IOException {
    String rejects = "osiris_csv_probe_" + ++probes;
    String query =
        "SELECT count(line) FROM "
            + CsvHead.lineReader(file, options)
            + CsvSource.rejecting(rejects, CsvSource.MOST_PROBED)
            + ")";
    return explain(CsvHead.compression(file, options), file, query, rejects, 1, refusal);
  }

  private Optional<StepException> explain(
      Compression compression,
      Path file,
      String query,
      String rejects,
      int columns,
      SQLException refusal)
      throws SQLException, IOException {
    Reject reject;
    try {
      readAll(query);
      reject = first(rejects);
    } catch (SQLException again) {
      return LineEnds.mixed(file, compression, options)
          ? Optional.of(malformed(file, null, "mixes line ends", refusal))
          : Optional.empty();
    }
    return reject == null
        ? Optional.empty()
        : Optional.of(failure(file, compression, reject, columns, refusal));
  }

  /** To the last row: a connection that streams results reads no further than it is asked to. */
  private void readAll(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      boolean more = rows.next();
      while (more) {
        more = rows.next();
      }
    }
  }

  private @Nullable Reject first(String rejects) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT error_type::VARCHAR, line, line_byte_position, csv_line FROM temp."
                    + rejects
                    + " ORDER BY line_byte_position LIMIT 1")) {
      if (!row.next()) {
        return null;
      }
      String text = row.getString(4);
      return new Reject(row.getString(1), row.getLong(2), row.getLong(3), text == null ? "" : text);
    }
  }

  private StepException failure(
      Path file, Compression compression, Reject reject, int columns, SQLException refusal)
      throws IOException {
    long line = LineEnds.lineAt(file, compression, options, reject.offset()).orElse(reject.line());
    return switch (reject.type()) {
      case "INVALID ENCODING" ->
          new StepException(
              Failure.of(
                      FailureCode.ENCODING_INVALID,
                      "line " + line + " of " + file + " is not " + options.encoding().word())
                  .advise("set 'encoding' to what the file is written in")
                  .inFile(file.toString())
                  .atLine(line),
              refusal);
      case "UNQUOTED VALUE" ->
          malformed(file, line, "has a quoted field that does not end properly", refusal);
      case "LINE SIZE OVER MAXIMUM" ->
          malformed(file, line, "is longer than " + CsvSource.LONGEST_LINE + " bytes", refusal);
      default -> {
        RecordParser parser = new RecordParser(options.dialect(), reject.text().lines().iterator());
        RecordParser.Parsed parsed = parser.next();
        while (parsed != null && parsed.fields().isEmpty()) {
          parsed = parser.next();
        }
        yield malformed(
            file,
            line,
            "has "
                + (parsed == null ? "another number of" : parsed.fields().size())
                + " columns, expected "
                + columns,
            refusal);
      }
    };
  }

  private static StepException malformed(
      Path file, @Nullable Long line, String what, SQLException refusal) {
    String subject = line == null ? "the file " + file : "line " + line + " of " + file;
    Failure failure =
        Failure.of(FailureCode.FILE_MALFORMED, subject + " " + what)
            .advise("mend the file, or leave such lines out with 'on_bad_lines: skip'")
            .inFile(file.toString());
    return new StepException(line == null ? failure : failure.atLine(line), refusal);
  }

  /**
   * Fails when a column that must have a type has values that do not fit.
   *
   * @throws StepException {@code VALUE_INVALID} with the first such value's place
   */
  void requireFit(CsvSource source, List<ColumnPlan> columns) throws SQLException {
    for (ColumnPlan column : columns) {
      if (column.required() && column.type() == null && !column.open()) {
        throw misfit(source, column);
      }
    }
  }

  private StepException misfit(CsvSource source, ColumnPlan column) throws SQLException {
    for (CsvSource.Part part : source.parts()) {
      if (!part.positions().contains(column.position())) {
        continue;
      }
      for (Path file : part.files()) {
        String query =
            "SELECT min(row), count(*) FROM (SELECT c"
                + column.position()
                + " AS x, row_number() OVER () AS row FROM ("
                + source.file(part, file)
                + ")) WHERE "
                + column.misfit("x");
        try (Statement statement = connection.createStatement();
            ResultSet found = statement.executeQuery(query)) {
          found.next();
          if (found.getLong(2) > 0) {
            return misfit(column, file, found.getLong(1), found.getLong(2));
          }
        }
      }
    }
    return StepException.of(
        FailureCode.VALUE_INVALID,
        "column '"
            + column.name()
            + "' mixes values that have no type in common among "
            + column.expected());
  }

  private static StepException misfit(ColumnPlan column, Path file, long row, long count) {
    String message =
        "column '"
            + column.name()
            + "' of "
            + file
            + ": row "
            + row
            + " is not exactly a "
            + column.expected()
            + (count > 1 ? ", nor are " + (count - 1) + " others" : "");
    return new StepException(
        Failure.of(FailureCode.VALUE_INVALID, message)
            .at(
                new Failure.Where(
                    file.toString(), null, row, column.name(), column.expected(), count, null)));
  }
}
