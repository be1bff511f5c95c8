package dev.osiris.host.cli.connections;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.osiris.failure.Failure;
import dev.osiris.host.connection.ConnectionRef;
import java.util.List;
import java.util.Locale;

/**
 * What is known of a connection after it was tried.
 *
 * @param checks at least one
 */
record Checkup(ConnectionRef connection, List<Check> checks) {

  Checkup {
    checks = List.copyOf(checks);
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

  static Checkup failed(ConnectionRef connection, Failure failure) {
    return failed(connection, "connect", failure.message(), failure.advice());
  }

  /** That of the worst check. */
  Status status() {
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
