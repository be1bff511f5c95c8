package dev.osiris.worker.step;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.osiris.component.ConfigField;
import dev.osiris.driver.RejectedRow;
import dev.osiris.step.Column;
import dev.osiris.step.OutputTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Files that a step leaves for people in {@code artifacts/<step_id>/}. */
final class StepArtifacts {

  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();
  private static final ObjectMapper LINE = new ObjectMapper();
  private static final long MAX_REJECTS_BYTES = 1L << 20;

  private StepArtifacts() {}

  /** The configuration without secrets, as {@code config.json}. */
  static void writeConfig(StepAttempt attempt) throws IOException {
    Map<String, @Nullable Object> clean = new TreeMap<>(attempt.spec().config());
    attempt.component().fields().stream()
        .filter(ConfigField::secret)
        .forEach(field -> clean.remove(field.name()));
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("component", attempt.spec().component());
    document.put("config", attempt.surroundings().redaction().inValue(clean));
    write(attempt, "config.json", document);
  }

  /** Names and types of the published tables, as {@code schema.json}. */
  static void writeSchema(StepAttempt attempt, List<OutputTable> tables) throws IOException {
    Map<String, Object> document = new LinkedHashMap<>();
    for (OutputTable table : tables) {
      document.put(table.name(), table.columns().stream().map(StepArtifacts::column).toList());
    }
    write(attempt, "schema.json", Map.of("tables", document));
  }

  /**
   * Appends a text that may quote values to {@code rejects.jsonl}, which never leaves the sandbox
   * by itself.
   *
   * @return the file's path relative to the session directory
   */
  static String reject(StepAttempt attempt, String text) throws IOException {
    return append(attempt, Map.of("text", attempt.surroundings().outward(text)));
  }

  /** Likewise a row that a target refuses. */
  static String reject(StepAttempt attempt, RejectedRow rejected) throws IOException {
    StepAttempt.Surroundings surroundings = attempt.surroundings();
    Map<String, @Nullable Object> entry = new LinkedHashMap<>();
    entry.put("row", rejected.row());
    String column = rejected.column();
    entry.put("column", column == null ? null : surroundings.outward(column));
    entry.put("reason", surroundings.outward(rejected.reason()));
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    rejected
        .values()
        .forEach((name, value) ->
            values.put(
                surroundings.outward(name), value == null ? null : surroundings.outward(value)));
    entry.put("values", values);
    return append(attempt, entry);
  }

  /** The statements that make or change a target, as {@code ddl_plan.sql}. */
  static void writePlan(StepAttempt attempt, String statements) throws IOException {
    Files.writeString(
        folder(attempt).resolve("ddl_plan.sql"),
        attempt.surroundings().redaction().in(statements),
        StandardCharsets.UTF_8);
  }

  private static String append(StepAttempt attempt, Map<String, @Nullable Object> content)
      throws IOException {
    Path file = folder(attempt).resolve("rejects.jsonl");
    if (!Files.exists(file) || Files.size(file) < MAX_REJECTS_BYTES) {
      Map<String, @Nullable Object> line = new LinkedHashMap<>();
      line.put("attempt", attempt.spec().attempt());
      line.putAll(content);
      Files.writeString(
          file,
          LINE.writeValueAsString(line) + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    return "artifacts/" + attempt.spec().id() + "/rejects.jsonl";
  }

  private static Map<String, Object> column(Column column) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", column.name());
    json.put("type", column.type());
    json.put("nullable", column.nullable());
    return json;
  }

  private static void write(StepAttempt attempt, String name, Object document) throws IOException {
    Files.write(folder(attempt).resolve(name), JSON.writeValueAsBytes(document));
  }

  private static Path folder(StepAttempt attempt) throws IOException {
    return Files.createDirectories(
        attempt.surroundings().directory().artifacts(attempt.spec().id()));
  }
}
