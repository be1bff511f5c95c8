package dev.osiris.worker.drivers.parquet;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What kind of error DuckDB met while it read a file. It has no codes; it names the kind of each
 * error, in JSON or before a colon.
 *
 * @param kind such as {@code Invalid Input}; empty when it was not found
 * @param message may quote values: only to be looked at
 */
record ReadError(String kind, String message) {

  private static final Pattern JSON = Pattern.compile("\"exception_type\":\"([^\"]*)\"");

  /** An error of preparing a statement stands behind a general one, on its own line. */
  private static final Pattern TEXT = Pattern.compile("(?:^|\nError: )([A-Za-z ]*)(?: Error)?: ");

  static ReadError of(SQLException thrown) {
    String message = String.valueOf(thrown.getMessage());
    String kind = "";
    Matcher matcher = (message.contains("{\"exception_type\"") ? JSON : TEXT).matcher(message);
    while (matcher.find()) {
      kind = matcher.group(1).replaceFirst(" Error$", "");
    }
    return new ReadError(kind, message);
  }

  /** Memory, cancellation: whatever the file holds, it is not its fault. */
  boolean isAboutTheWorker() {
    return kind.equals("Out of Memory") || kind.equalsIgnoreCase("Interrupt");
  }

  /** Whether it comes from the bytes of a file, and not from the step's own table. */
  boolean isDamage() {
    return kind.equals("Invalid Input")
        || kind.equals("Invalid")
        || kind.equals("IO") && message.contains("Could not read enough bytes");
  }

  boolean isConversion() {
    return kind.equals("Conversion");
  }

  /** The failure of a damaged file; DuckDB's message stays behind. */
  static StepException malformed(SQLException thrown, String file) {
    return new StepException(
        Failure.of(FailureCode.FILE_MALFORMED, "the file is not a Parquet file, or it is damaged")
            .inFile(file),
        thrown);
  }
}
