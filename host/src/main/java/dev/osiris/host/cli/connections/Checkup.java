package dev.osiris.host.cli.connections;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.osiris.failure.Failure;
import dev.osiris.host.connection.ConnectionRef;
import dev.osiris.host.run.report.ExitCode;
import java.util.List;
import java.util.Locale;

/**
 * What is known of a connection after it was tried.
 *
 * @param checks at least one
 * @param exit how a process ends that has tried nothing else
 */
record Checkup(ConnectionRef connection, List<Check> checks, ExitCode exit) {

  Checkup {
    checks = List.copyOf(checks);
  }

  /** Of a connection that was tried; what is wrong is wrong with it. */
  Checkup(ConnectionRef connection, List<Check> checks) {
    this(
        connection,
        checks,
        worst(checks) == Status.FAILED ? ExitCode.STEP_FAILED : ExitCode.SUCCEEDED);
  }

  /** How a check ended, from good to bad. */
  enum Status {
    OK,
    WARN,
    FAILED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Status of(String word) {
      return switch (word) {
        case "ok" -> OK;
        case "warn" -> WARN;
        default -> FAILED;
      };
    }
  }

  /**
   * One thing that was looked at.
   *
   * @param advice what to do about it; may be empty
   */
  record Check(String name, Status status, String message, String advice) {}

  static Checkup failed(ConnectionRef connection, String check, String message, String advice) {
    return new Checkup(connection, List.of(new Check(check, Status.FAILED, message, advice)));
  }

  /** Of one that could not be tried, or whose doctor has failed. */
  static Checkup failed(ConnectionRef connection, Failure failure, ExitCode exit) {
    String check = exit == ExitCode.STEP_FAILED ? "connect" : "sandbox";
    return new Checkup(
        connection,
        List.of(new Check(check, Status.FAILED, failure.message(), failure.advice())),
        exit);
  }

  /** That of the worst check. */
  Status status() {
    return worst(checks);
  }

  private static Status worst(List<Check> checks) {
    return checks.stream().map(Check::status).max(Status::compareTo).orElse(Status.FAILED);
  }

  ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("connection", connection.toString());
    node.put("status", status().word());
    ArrayNode array = node.putArray("checks");
    for (Check check : checks) {
      ObjectNode object = array.addObject();
      object.put("check", check.name());
      object.put("status", check.status().word());
      object.put("message", check.message());
      object.put("advice", check.advice());
    }
    return node;
  }
}
