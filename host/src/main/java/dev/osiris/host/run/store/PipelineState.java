package dev.osiris.host.run.store;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.osiris.step.StepId;
import dev.osiris.step.StepState;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the steps of a pipeline remember from run to run, as its file holds it. */
public record PipelineState(String pipeline, Map<StepId, KeptState> steps) {

  /** The version that {@link #json} writes, and the highest that is read. */
  static final int VERSION = 1;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS);

  public PipelineState {
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
  }

  /** As the file has it. */
  public String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("state_version", VERSION).put("pipeline", pipeline);
    ObjectNode all = root.putObject("steps");
    steps.forEach((id, kept) ->
        all.putObject(id.value())
            .put("component", kept.component())
            .put("session", kept.session())
            .put("committed_at", kept.committed().toString())
            .set("state", JSON.valueToTree(kept.state().values())));
    return root.toPrettyString() + "\n";
  }

  /**
   * Reads a file.
   *
   * @throws FileSystemException naming the file, when it is damaged or of a later version
   */
  static PipelineState read(Path file) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readString(file));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw damaged(file);
    }
    int version = root.path("state_version").asInt(0);
    if (version > VERSION) {
      throw new FileSystemException(
          file.toString(),
          null,
          "has state_version " + version + ", and this program reads up to " + VERSION);
    }
    String pipeline = root.path("pipeline").asText("");
    if (version < 1 || pipeline.isEmpty() || !root.path("steps").isObject()) {
      throw damaged(file);
    }
    Map<StepId, KeptState> steps = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> step : root.path("steps").properties()) {
      try {
        steps.put(new StepId(step.getKey()), kept(step.getValue()));
      } catch (IllegalArgumentException | DateTimeParseException e) {
        throw damaged(file);
      }
    }
    return new PipelineState(pipeline, steps);
  }

  private static KeptState kept(JsonNode node) {
    if (!node.path("state").isObject()) {
      throw new IllegalArgumentException("no state");
    }
    @SuppressWarnings("unchecked")
    Map<String, @Nullable Object> values = JSON.convertValue(node.path("state"), Map.class);
    return new KeptState(
        node.path("component").asText(""),
        node.path("session").asText(""),
        Instant.parse(node.path("committed_at").asText("")),
        new StepState(values));
  }

  private static FileSystemException damaged(Path file) {
    return new FileSystemException(
        file.toString(),
        null,
        "is damaged; with 'osiris state reset <pipeline>' the pipeline begins anew");
  }
}
