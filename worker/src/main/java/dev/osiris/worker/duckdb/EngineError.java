package dev.osiris.worker.duckdb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What DuckDB says about an error when {@code errors_as_json} is on.
 *
 * @param type DuckDB's own type of exception, such as {@code Binder} or {@code Out of Memory}
 * @param text its message; may quote values of rows
 * @param planning whether it was found before the statement ran, so that the text can quote only
 *     the statement itself
 */
record EngineError(String type, String text, boolean planning, JsonNode fields) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads the error out of an exception; empty when DuckDB's engine did not throw it. */
  static Optional<EngineError> of(SQLException exception) {
    String message = exception.getMessage();
    int start = message == null ? -1 : message.indexOf("{\"exception_type\"");
    if (message == null || start < 0) {
      return Optional.empty();
    }
    try {
      JsonNode fields = JSON.readTree(message.substring(start));
      // An error of running has the bare object; one of preparing has words of the JDBC driver
      // first.
      return Optional.of(
          new EngineError(
              fields.path("exception_type").asText(),
              fields.path("exception_message").asText(),
              start > 0,
              fields));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  @Nullable String field(String name) {
    return fields.path(name).isTextual() ? fields.path(name).asText() : null;
  }

  OptionalInt number(String name) {
    String value = field(name);
    return value != null && value.matches("[0-9]{1,9}")
        ? OptionalInt.of(Integer.parseInt(value))
        : OptionalInt.empty();
  }
}
