package dev.osiris.worker.duckdb;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.unit.ByteSize;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an error of DuckDB means to the person whose step it ends.
 *
 * <p>Decided by the engine's type of exception. Words decide only within the types {@code IO} and
 * {@code Out of Memory}, which have no finer type. The engine's text is part of a failure only
 * where it can quote nothing but the query; {@link #engineText} has it for files that stay in the
 * sandbox.
 */
public final class DuckDbFailures {

  /** Types newer than the storage version that every DuckDB 1.x reads. */
  private static final Pattern UNSTORABLE =
      Pattern.compile("([A-Z_]+) columns are not supported in storage versions prior");

  private static final Pattern VERSIONS =
      Pattern.compile(
          "version number (\\d+), but we can only read versions between \\d+ and (\\d+)");

  private static final Pattern HELD =
      Pattern.compile("\\(([0-9.]+ [KMGT]iB)/[0-9.]+ [KMGT]iB used\\)");

  private DuckDbFailures() {}

  /**
   * The failure, or {@link StepInterrupted}, that an exception of DuckDB's JDBC driver stands for.
   * Empty when the exception is not of DuckDB's engine.
   */
  public static Optional<RuntimeException> of(SQLException exception, Share share) {
    return of(exception, share, null);
  }

  /** What the engine said, quoted values included: never for anything that leaves the sandbox. */
  public static Optional<String> engineText(@Nullable Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof SQLException exception) {
        return EngineError.of(exception).map(EngineError::text);
      }
    }
    return Optional.empty();
  }

  /** What the gate's refusal means; its message quotes nothing but the query. */
  static StepException of(SqlRefused refused) {
    FailureCode code =
        switch (refused.reason()) {
          case TEXT, SYNTAX -> FailureCode.SQL_SYNTAX;
          case RELATION -> FailureCode.SQL_UNRESOLVED;
          case TOO_LARGE,
              TOO_DEEP,
              NOT_ONE_SELECT,
              PIVOT,
              PARAMETER,
              FILE,
              TABLE_FUNCTION,
              FUNCTION,
              CONSTRUCT ->
              FailureCode.SQL_REFUSED;
        };
    Failure failure = Failure.of(code, String.valueOf(refused.getMessage()));
    int line = refused.position().line();
    // Without the refusal as its cause: there is no engine's text to keep.
    return new StepException(line > 0 ? failure.atLine(line) : failure);
  }

  static Optional<RuntimeException> of(
      SQLException exception, Share share, @Nullable QueryText query) {
    return EngineError.of(exception)
        .map(error ->
            error.type().equalsIgnoreCase("Interrupt")
                ? new StepInterrupted()
                : new StepException(failure(error, share, query), exception));
  }

  private static Failure failure(EngineError error, Share share, @Nullable QueryText query) {
    Matcher unstorable = UNSTORABLE.matcher(error.text());
    if (unstorable.find()) {
      return Failure.of(
              FailureCode.TYPE_UNSUPPORTED,
              "a column of the result has the type "
                  + unstorable.group(1)
                  + ", which the DuckDB files between steps do not hold")
          .advise("cast it, for example to JSON or VARCHAR");
    }
    return switch (error.type()) {
      case "Parser", "Syntax Error" -> error.planning() ? syntax(error, query) : value();
      case "Binder", "Catalog", "Not implemented", "Parameter Not Resolved" ->
          error.planning() ? unresolved(error, query) : value();
      case "Out of Memory" -> memory(error, share);
      case "IO" -> io(error);
      case "Permission", "Invalid Configuration" ->
          Failure.of(FailureCode.SQL_REFUSED, "the query does something that is switched off here");
      case "Serialization" ->
          Failure.of(FailureCode.DATA_CORRUPT, "DuckDB cannot read what is in a DuckDB file");
      case "Conversion",
          "Out of Range",
          "Invalid Input",
          "Invalid type",
          "Mismatch Type",
          "Divide by Zero",
          "Decimal",
          "Object Size",
          "Constraint",
          "Expression",
          "Sequence" ->
          located(value(), error, query);
      default ->
          Failure.of(
              FailureCode.INTERNAL_ERROR,
              "DuckDB failed with an error of type '" + error.type() + "'");
    };
  }

  private static Failure syntax(EngineError error, @Nullable QueryText query) {
    return located(
        Failure.of(
            FailureCode.SQL_SYNTAX, "the query is not valid SQL: " + firstLine(error.text())),
        error,
        query);
  }

  private static Failure unresolved(EngineError error, @Nullable QueryText query) {
    Failure failure =
        Failure.of(
            FailureCode.SQL_UNRESOLVED, "the query does not fit: " + firstLine(error.text()));
    String candidates = error.field("candidates");
    boolean table = "Table".equals(error.field("type"));
    if (candidates != null && !candidates.isBlank() && !table) {
      failure = failure.advise("did you mean " + candidates + "?");
    }
    return located(failure, error, query);
  }

  private static Failure value() {
    return Failure.of(FailureCode.SQL_VALUE, "the query failed on a value it met")
        .advise("use TRY_CAST or a WHERE clause for values that do not fit");
  }

  private static Failure memory(EngineError error, Share share) {
    if (error.text().contains("max_temp_directory_size")) {
      return Failure.of(
              FailureCode.SPILL_LIMIT,
              "DuckDB's temporary files have reached the "
                  + share.spill()
                  + " that the step may spill, its part of the session's disk")
          .advise(
              "raise --disk, give the sandbox more --memory so that less is spilled, or let the step"
                  + " read less");
    }
    Matcher held = HELD.matcher(error.text());
    return Failure.of(
            FailureCode.OUT_OF_MEMORY,
            "DuckDB needs more than the step's share of "
                + share.memory()
                + " with "
                + share.threads()
                + (share.threads() == 1 ? " thread" : " threads")
                + (held.find() ? ", holds " + ByteSize.parse(held.group(1)) + " of it," : "")
                + " and cannot spill the rest")
        .advise(
            "raise --memory, try once more with --retry-memory, or give the step resources with more"
                + " memory or fewer threads");
  }

  private static Failure io(EngineError error) {
    String text = error.text();
    if ("28".equals(error.field("errno")) || text.contains("No space left on device")) {
      return Failure.of(FailureCode.DISK_FULL, "the disk is full")
          .advise("free space, or let the step write elsewhere, then run again");
    }
    Matcher versions = VERSIONS.matcher(text);
    if (versions.find()) {
      return Failure.of(
          FailureCode.STORAGE_VERSION,
          "a DuckDB file has storage version "
              + versions.group(1)
              + ", and this worker reads up to "
              + versions.group(2));
    }
    if (text.contains("storage version greater than")) {
      return Failure.of(
          FailureCode.STORAGE_VERSION,
          "a DuckDB file has a storage version that is newer than this worker's");
    }
    if (text.contains("Corrupt database file")
        || text.contains("not a valid DuckDB database file")
        || text.contains("Could not read enough bytes")) {
      return Failure.of(FailureCode.DATA_CORRUPT, "a DuckDB file is damaged or cut short");
    }
    return Failure.of(FailureCode.INTERNAL_ERROR, "DuckDB cannot read or write a file");
  }

  private static Failure located(Failure failure, EngineError error, @Nullable QueryText query) {
    OptionalInt position = error.number("position");
    if (query == null || position.isEmpty()) {
      return failure;
    }
    // DuckDB's parser counts characters, its binder bytes (measured with 1.5.6).
    QueryText.Place place =
        error.type().equals("Parser")
            ? query.atCharacter(position.getAsInt())
            : query.atByte(position.getAsInt());
    return new Failure(
            failure.code(),
            failure.message() + " (" + place + ")",
            failure.retryable(),
            failure.advice(),
            failure.where())
        .atLine(place.line());
  }

  private static String firstLine(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > 500 ? line.substring(0, 500) + "…" : line;
  }
}
