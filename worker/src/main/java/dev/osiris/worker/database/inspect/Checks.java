package dev.osiris.worker.database.inspect;

import dev.osiris.driver.StepContext;
import dev.osiris.step.Column;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a doctor has found of a connection, check by check. Becomes the step's table {@code main}
 * with the columns {@code check, status, message, advice}.
 */
public final class Checks {

  private static final List<Column> COLUMNS =
      List.of(
          new Column("check", "VARCHAR", false),
          new Column("status", "VARCHAR", false),
          new Column("message", "VARCHAR", false),
          new Column("advice", "VARCHAR", false));

  /** How a check ended. */
  public enum Status {
    OK,
    /** It works, and somebody should know. */
    WARN,
    FAILED
  }

  private final List<List<@Nullable Object>> rows = new ArrayList<>();

  /** Adds a check that found nothing wrong. */
  public void ok(String check, String message) {
    add(check, Status.OK, message, "");
  }

  /** Adds a check. */
  public void add(String check, Status status, String message, String advice) {
    rows.add(
        Arrays.<@Nullable Object>asList(
            check, status.name().toLowerCase(Locale.ROOT), message, advice));
  }

  /**
   * Adds whether what is sent is encrypted.
   *
   * @param protocol such as {@code TLSv1.3}; null or empty when nothing is
   */
  public void encryption(@Nullable String protocol, String advice) {
    if (protocol == null || protocol.isEmpty()) {
      add("encryption", Status.WARN, "the connection is not encrypted", advice);
    } else {
      ok("encryption", protocol);
    }
  }

  /**
   * Adds what the server is.
   *
   * @param supported whether its release is not older than {@code oldest}
   */
  public void version(String name, boolean supported, String oldest) {
    if (supported) {
      ok("version", name);
    } else {
      add("version", Status.WARN, name, oldest + " and later are what Osiris is made for");
    }
  }

  /** Makes the table. */
  public void write(StepContext context) throws SQLException {
    context.write("main", new ListedRows(COLUMNS, rows));
  }
}
