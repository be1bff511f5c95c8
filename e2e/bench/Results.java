package bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What has been measured: one line of {@code results.jsonl} a part of a case, only ever appended to. */
final class Results {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final List<String> notRun = new ArrayList<>();

  Results(Path file) {
    this.file = file;
  }

  boolean has(String name, String part) throws IOException {
    for (JsonNode line : lines()) {
      if (line.path("case").asText().equals(name) && line.path("part").asText().equals(part)) {
        return true;
      }
    }
    return false;
  }

  void append(String name, String part, String command, List<Figure> figures) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("case", name);
    line.put("part", part);
    line.put("command", command);
    line.put("figures", figures.stream().map(Results::json).toList());
    Files.writeString(file, JSON.writeValueAsString(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Keeps for the report of this run alone that a part could not be measured. */
  void notRun(String name, String part, String reason) {
    notRun.add("| %s | %s | | | | | *not run* | %s |%n".formatted(name, part, reason));
  }

  OptionalDouble median(String name, String part, String figure) throws IOException {
    for (JsonNode line : lines()) {
      if (line.path("case").asText().equals(name) && line.path("part").asText().equals(part)) {
        for (JsonNode one : line.get("figures")) {
          if (one.get("name").asText().equals(figure)) {
            return OptionalDouble.of(one.get("median").asDouble());
          }
        }
      }
    }
    return OptionalDouble.empty();
  }

  /** Writes the table of everything measured so far, as it stands in {@code docs/benchmarks.md}. */
  void report(Path report) throws IOException {
    StringBuilder text = new StringBuilder("| case | figure | n | median | p95 | promise | kept | note |\n|---|---|---|---|---|---|---|---|\n");
    for (JsonNode line : lines()) {
      for (JsonNode figure : line.get("figures")) {
        text.append(row(line.get("case").asText(), figure(figure)));
      }
    }
    notRun.forEach(text::append);
    Files.writeString(report, text.toString());
  }

  private List<JsonNode> lines() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (var lines = JSON.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
      return lines.readAll();
    }
  }

  private static String row(String name, Figure figure) {
    return "| %s | %s | %d | %.2f %s | %.2f %s | %s | %s | %s |%n"
        .formatted(
            name,
            figure.name(),
            figure.n(),
            figure.median(),
            figure.unit(),
            figure.p95(),
            figure.unit(),
            figure.promised() ? (figure.atLeast() ? "at least " : "at most ") + figure.limit() + " " + figure.unit() : "",
            figure.promised() ? (figure.kept() ? "yes" : "**no**") : "",
            figure.note());
  }

  private static Map<String, Object> json(Figure figure) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", figure.name());
    json.put("unit", figure.unit());
    json.put("n", figure.n());
    json.put("median", figure.median());
    json.put("p95", figure.p95());
    json.put("limit", figure.promised() ? figure.limit() : null);
    json.put("at_least", figure.atLeast());
    json.put("note", figure.note());
    return json;
  }

  private static Figure figure(JsonNode json) {
    return new Figure(
        json.get("name").asText(),
        json.get("unit").asText(),
        json.get("n").asInt(),
        json.get("median").asDouble(),
        json.get("p95").asDouble(),
        json.get("limit").isNull() ? Double.NaN : json.get("limit").asDouble(),
        json.path("at_least").asBoolean(),
        json.get("note").asText());
  }
}
