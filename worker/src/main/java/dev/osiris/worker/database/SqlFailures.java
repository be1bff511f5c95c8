package dev.osiris.worker.database;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a server's refusal means, by its SQLSTATE. Texts of servers quote values and addresses, so
 * they stay with the cause.
 *
 * @param server for people, without secrets: such as {@code PostgreSQL at db.example:5432/shop}
 */
public record SqlFailures(String server) {

  /** The failure of a statement. */
  public StepException of(SQLException exception) {
    return new StepException(failure(exception), exception);
  }

  /** The failure of a login, where an unknown database or user is the connection's fault. */
  public StepException ofConnecting(SQLException exception) {
    String state = state(exception);
    Failure failure =
        switch (state) {
          case "3D000" ->
              Failure.of(FailureCode.AUTHENTICATION_FAILED, server + " has no such database")
                  .advise("correct 'database' of the connection");
          case "28000", "28P01" ->
              Failure.of(FailureCode.AUTHENTICATION_FAILED, server + " refuses the login")
                  .advise(
                      "check 'user' and 'password' of the connection, whom the server lets in, and"
                          + " whether it asks for TLS");
          default -> NoConnection.of(server, exception).orElseGet(() -> failure(exception));
        };
    return new StepException(failure, exception);
  }

  /** The failure of a statement that writes. */
  public StepException ofWriting(SQLException exception) {
    Failure failure =
        switch (state(exception)) {
          case "25006" ->
              Failure.of(FailureCode.REMOTE_FAILED, server + " takes no writes")
                  .advise("write to the primary server, not to a replica of it");
          case "0A000" ->
              Failure.of(FailureCode.REMOTE_FAILED, server + " cannot write this table so")
                  .advise("what it says is in the rejects file");
          default -> failure(exception);
        };
    return new StepException(failure, exception);
  }

  private Failure failure(SQLException exception) {
    String state = state(exception);
    return switch (state) {
      case "42601" -> Failure.of(FailureCode.SQL_SYNTAX, server + " cannot parse the statement");
      case "42P01", "3F000", "42S02" ->
          Failure.of(FailureCode.SQL_UNRESOLVED, server + " has no such table or schema")
              .advise("check the table's name, its schema, and what the user may see");
      case "42703", "42S22" ->
          Failure.of(FailureCode.SQL_UNRESOLVED, server + " has no such column");
      case "42501" ->
          Failure.of(FailureCode.AUTHENTICATION_FAILED, server + " does not permit the statement")
              .advise("grant the user of the connection the right that the server's text names");
      case "25006" ->
          Failure.of(
                  FailureCode.SQL_REFUSED, "the statement writes, and an extractor's may only read")
              .advise("write with a writer");
      case "0A000" ->
          Failure.of(FailureCode.SQL_REFUSED, server + " does not support the statement here")
              .advise("an extractor takes one statement that reads, such as a SELECT");
      case "57014", "70100" ->
          Failure.of(FailureCode.TIMED_OUT, server + " has cancelled the statement")
              .advise("raise 'statement_timeout', or make the statement quicker");
      case "53100" -> Failure.of(FailureCode.REMOTE_FAILED, "the disk of " + server + " is full");
      case "53300" ->
          retryable(
              Failure.of(FailureCode.CONNECTION_FAILED, server + " has too many connections"));
      case "40001", "40P01" ->
          retryable(Failure.of(FailureCode.REMOTE_FAILED, server + " broke off a transaction"))
              .advise("another transaction was in the way; try again");
      case "57P01", "57P02", "57P03" ->
          retryable(
              Failure.of(FailureCode.CONNECTION_FAILED, server + " has ended the connection"));
      default -> ofClass(exception, state);
    };
  }

  private Failure ofClass(SQLException exception, String state) {
    return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
      case "08" ->
          Failure.of(FailureCode.CONNECTION_FAILED, server + " cannot be reached, or was lost")
              .advise(
                  "check host, port and network of the sandbox; the cause is in the rejects file");
      case "28" ->
          Failure.of(FailureCode.AUTHENTICATION_FAILED, server + " refuses the login")
              .advise("check 'user' and 'password' of the connection");
      case "22" ->
          Failure.of(FailureCode.SQL_VALUE, "the statement failed in " + server + " on a value");
      case "42" -> Failure.of(FailureCode.SQL_UNRESOLVED, server + " refuses the statement");
      default ->
          Failure.of(
                  FailureCode.REMOTE_FAILED,
                  server + " refuses the statement" + (state.isEmpty() ? "" : " (" + state + ")"))
              .advise(
                  exception.getErrorCode() == 0
                      ? "what it says is in the rejects file"
                      : "what it says, with its error "
                          + exception.getErrorCode()
                          + ", is in the rejects file");
    };
  }

  private static Failure retryable(Failure failure) {
    return new Failure(failure.code(), failure.message(), true, failure.advice(), failure.where());
  }

  private static String state(SQLException exception) {
    @Nullable String state = exception.getSQLState();
    return state == null ? "" : state.toUpperCase(Locale.ROOT);
  }
}
