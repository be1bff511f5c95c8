package dev.osiris.worker.drivers.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the writer says in a file's metadata about columns that are not stored in their own type, as
 * JSON: {@code {"version": 1, "columns": {"name": {"type": …, "stored": …}}}}.
 *
 * @param columns column name to both types, for the columns that need it
 */
record RecordedTypes(Map<String, Recorded> columns) {

  static final RecordedTypes NONE = new RecordedTypes(Map.of());

  /** The key of the metadata. */
  static final String KEY = "osiris.schema";

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One column.
   *
   * @param type what the column was
   * @param stored what the file holds; when it differs from what a reader finds, somebody has
   *     changed the file since and the record means nothing
   */
  record Recorded(DuckDbType type, DuckDbType stored) {}

  RecordedTypes {
    columns = new LinkedHashMap<>(columns);
  }

  String json() {
    ObjectNode root = JSON.createObjectNode().put("version", VERSION);
    ObjectNode entries = root.putObject("columns");
    columns.forEach((name, recorded) ->
        entries
            .putObject(name)
            .put("type", recorded.type().sql())
            .put("stored", recorded.stored().sql()));
    return root.toString();
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws IllegalArgumentException when the text is anything else
   */
  static RecordedTypes read(String json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (root.path("version").asInt() != VERSION) {
        throw new IllegalArgumentException("version of " + KEY + " is not " + VERSION);
      }
      Map<String, Recorded> columns = new HashMap<>();
      root.path("columns")
          .properties()
          .forEach(entry ->
              columns.put(
                  entry.getKey(),
                  new Recorded(
                      DuckDbType.parse(entry.getValue().path("type").asText()),
                      DuckDbType.parse(entry.getValue().path("stored").asText()))));
      return new RecordedTypes(columns);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(KEY + " is no JSON", broken);
    }
  }
}
