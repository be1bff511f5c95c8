package dev.osiris.host.run.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session as its directory tells.
 *
 * @param state the run's status, or {@code running}, or {@code dead} when its host is gone without
 *     a word
 * @param pid of the host that works on it
 * @param status content of {@code status.json}; {@code null} when there is none or it is damaged
 */
public record SessionSummary(
    String id, Path path, String state, @Nullable Long pid, @Nullable JsonNode status) {

  /** A field of {@code status.json} as text. */
  public Optional<String> text(String field) {
    return Optional.ofNullable(status)
        .map(node -> node.get(field))
        .filter(JsonNode::isValueNode)
        .map(JsonNode::asText);
  }
}
