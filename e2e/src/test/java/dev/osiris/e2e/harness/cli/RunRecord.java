package dev.osiris.e2e.harness.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.osiris.e2e.harness.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a run left, without what differs from one run to the next: times, measurements, the
 * session's id, the kind of sandbox and the project's home.
 *
 * @param report as {@code --json} prints it
 * @param events by step, in the order of the journal
 * @param results the files below {@code out/}, where writers write
 * @param layout every file and folder of the session directory
 */
public record RunRecord(
    String report,
    String manifest,
    Map<String, List<String>> events,
    Map<String, ByteBuffer> results,
    List<String> layout) {

  public static RunRecord of(CliResult result, Project project) throws IOException {
    return of(result.json(), result.sessionDir(), project);
  }

  /** Of a run that no command line began. */
  public static RunRecord of(JsonNode report, Path session, Project project) throws IOException {
    return new RunRecord(
        reportWithoutTimes(report, project),
        Files.readString(session.resolve("manifest.yaml")),
        events(session, project),
        results(project),
        walk(session).stream().map(path -> session.relativize(path).toString()).toList());
  }

  private static String reportWithoutTimes(JsonNode report, Project project) {
    ObjectNode copy = report.deepCopy();
    copy.remove(List.of("session_id", "session_dir", "duration_ms", "sandbox"));
    copy.path("steps")
        .forEach(
            step -> ((ObjectNode) step).remove(List.of("queued_ms", "duration_ms", "metrics")));
    return withoutHome(copy, project);
  }

  private static String withoutHome(JsonNode node, Project project) {
    return node.toString().replace(project.folder().getParent().toString(), "<home>");
  }

  private static Map<String, List<String>> events(Path session, Project project) {
    Map<String, List<String>> events = new LinkedHashMap<>();
    for (JsonNode line : Json.lines(session.resolve("logs/events.jsonl"))) {
      String kind = kind(line);
      JsonNode event = line.path(kind);
      String step = event.path("step_id").asText();
      // How often progress is told, and whether a step has to wait, are matters of time.
      if (step.isEmpty() || kind.equals("step_progressed") || kind.equals("step_queued")) {
        continue;
      }
      ObjectNode content = event.deepCopy();
      content.remove("elapsed");
      if (kind.equals("metric_reported") && !content.path("unit").asText().equals("rows")) {
        content.remove("value");
      }
      events
          .computeIfAbsent(step, id -> new ArrayList<>())
          .add(kind + " " + withoutHome(content, project));
    }
    return events;
  }

  /** The field of a line that holds the event itself. */
  private static String kind(JsonNode line) {
    return StreamSupport.stream(((Iterable<String>) line::fieldNames).spliterator(), false)
        .filter(name -> !List.of("sequence", "time", "command_id").contains(name))
        .findFirst()
        .orElse("");
  }

  private static Map<String, ByteBuffer> results(Project project) throws IOException {
    Map<String, ByteBuffer> results = new TreeMap<>();
    for (Path path : walk(project.path("out"))) {
      if (Files.isRegularFile(path)) {
        String name = project.folder().relativize(path).toString();
        results.put(name, ByteBuffer.wrap(Files.readAllBytes(path)));
      }
    }
    return results;
  }

  private static List<Path> walk(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().toList();
    }
  }
}
