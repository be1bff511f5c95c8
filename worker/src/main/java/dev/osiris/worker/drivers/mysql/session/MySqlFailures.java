package dev.osiris.worker.drivers.mysql.session;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.worker.database.NoConnection;
import dev.osiris.worker.database.SqlFailures;
import java.io.IOException;
import java.sql.SQLException;

/**
 * What a refusal of MySQL or MariaDB means, by the server's own number where its SQLSTATE says too
 * little. Its texts quote values, so they stay with the cause.
 *
 * @param server for people, such as {@code the MySQL server at db.example:3306/shop}
 */
public record MySqlFailures(String server) {

  /** The failure of a statement. */
  public StepException of(SQLException exception) {
    return switch (exception.getErrorCode()) {
      case 1064, 1149 ->
          failure(exception, FailureCode.SQL_SYNTAX, "cannot parse the statement", "");
      case 1046 ->
          failure(
              exception,
              FailureCode.CONFIG_INVALID,
              "does not know which database is meant",
              "set 'database' of the connection");
      case 1049 ->
          failure(
              exception,
              FailureCode.SQL_UNRESOLVED,
              "has no such database",
              "check 'schema', or 'database' of the connection");
      case 1051, 1146 ->
          failure(
              exception,
              FailureCode.SQL_UNRESOLVED,
              "has no such table",
              "check the table's name, its schema, and what the user may see");
      case 1054 -> failure(exception, FailureCode.SQL_UNRESOLVED, "has no such column", "");
      case 1305, 1630 ->
          failure(exception, FailureCode.SQL_UNRESOLVED, "has no such function or procedure", "");
      case 1044, 1142, 1143, 1227, 1370, 3118 ->
          failure(
              exception,
              FailureCode.AUTHENTICATION_FAILED,
              "does not permit the statement",
              "grant the user of the connection the right that the server's text names");
      case 1792, 1290, 1836 ->
          exception.getErrorCode() == 1792
              ? new StepException(
                  Failure.of(
                          FailureCode.SQL_REFUSED,
                          "the statement writes, and an extractor's may only read")
                      .advise("write with a writer"),
                  exception)
              : failure(
                  exception,
                  FailureCode.REMOTE_FAILED,
                  "is read-only",
                  "write to the server that this one is a replica of");
      case 1969, 3024 ->
          failure(
              exception,
              FailureCode.TIMED_OUT,
              "has ended the statement for its time",
              "raise 'statement_timeout', or make the statement quicker");
      case 1317 ->
          failure(exception, FailureCode.REMOTE_FAILED, "was told to end the statement", "");
      case 1040, 1203, 1226 ->
          retryable(
              exception,
              FailureCode.CONNECTION_FAILED,
              "has too many connections",
              "try again, or let the server have more");
      case 1927, 1053, 1077, 1079, 1152, 1184, 1158, 1159, 1160, 1161, 4031 ->
          retryable(
              exception,
              FailureCode.CONNECTION_FAILED,
              "has ended the connection",
              "try again; what the server says is in the rejects file");
      case 1205, 1213, 1020 ->
          retryable(
              exception,
              FailureCode.REMOTE_FAILED,
              "broke off a transaction",
              "another transaction was in the way; try again");
      case 1021, 1114 ->
          failure(exception, FailureCode.REMOTE_FAILED, "has no more room on its disk", "");
      default -> new SqlFailures(server).of(exception);
    };
  }

  /** The failure of a statement that writes. */
  public StepException ofWriting(SQLException exception) {
    return switch (exception.getErrorCode()) {
      case 1792 ->
          failure(
              exception,
              FailureCode.REMOTE_FAILED,
              "is read-only",
              "write to the server that this one is a replica of");
      case 1148, 3948, 4166 ->
          failure(
              exception,
              FailureCode.REMOTE_FAILED,
              "takes no LOAD DATA LOCAL",
              "set local_infile for all of the server, or for none: then rows are sent as INSERT");
      default -> of(exception);
    };
  }

  /** The failure of a login. */
  public StepException ofConnecting(SQLException exception) {
    return switch (exception.getErrorCode()) {
      case 1049 ->
          failure(
              exception,
              FailureCode.AUTHENTICATION_FAILED,
              "has no such database",
              "correct 'database' of the connection");
      case 1044 ->
          failure(
              exception,
              FailureCode.AUTHENTICATION_FAILED,
              "does not let the user into the database",
              "check 'user' and 'database' of the connection, and what is granted");
      case 1045, 1251, 1396, 1698, 1862, 1820, 4151 ->
          failure(
              exception,
              FailureCode.AUTHENTICATION_FAILED,
              "refuses the login",
              "check 'user' and 'password' of the connection, from where the user may log in, and"
                  + " whether the server asks for TLS");
      case 1129, 1130 ->
          failure(
              exception,
              FailureCode.AUTHENTICATION_FAILED,
              "lets nobody in from the sandbox's address",
              "create the user for that address");
      case 3159 ->
          failure(
              exception,
              FailureCode.AUTHENTICATION_FAILED,
              "lets nobody in without TLS",
              "set 'ssl_mode: required' in the connection, or more");
      default ->
          NoConnection.of(server, exception)
              .map(failure -> new StepException(failure, exception))
              .orElseGet(() -> of(exception));
    };
  }

  /** The failure of a connection that broke. */
  public StepException of(IOException exception) {
    return new StepException(
        Failure.of(FailureCode.CONNECTION_FAILED, "the connection to " + server + " was lost")
            .advise("try again; the cause is in the rejects file"),
        exception);
  }

  private StepException failure(
      SQLException exception, FailureCode code, String what, String advice) {
    return new StepException(Failure.of(code, server + " " + what).advise(advice), exception);
  }

  private StepException retryable(
      SQLException exception, FailureCode code, String what, String advice) {
    return new StepException(
        new Failure(code, server + " " + what, true, advice, Failure.Where.NOWHERE), exception);
  }
}
