package bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One run of the command line, its worker watched.
 *
 * @param report what {@code --json} printed; missing when it printed nothing
 * @param use of the worker
 */
public record OsirisRun(int exit, JsonNode report, double wallMillis, ProcessUse use) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SAMPLE_MILLIS = 20;

  static OsirisRun of(Path folder, List<String> command, boolean watched) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process = begin(folder, command);
    ProcessUse use = ProcessUse.NONE;
    while (watched && !process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
      use = use.max(ofWorker(process));
    }
    process.waitFor();
    double wall = (System.nanoTime() - start) / 1e6;
    return new OsirisRun(process.exitValue(), JSON.readTree(output(folder)), wall, use);
  }

  /** Begins a run that {@link #ended} reads when its process has ended. */
  static Process begin(Path folder, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectError(folder.resolve("stderr.txt").toFile())
        .redirectOutput(output(folder))
        .start();
  }

  /** A run of that folder that has ended, its worker not watched and its time not taken. */
  public static OsirisRun ended(Path folder, Process process) throws IOException {
    return new OsirisRun(process.exitValue(), JSON.readTree(output(folder)), Double.NaN, ProcessUse.NONE);
  }

  private static File output(Path folder) {
    return folder.resolve("stdout.json").toFile();
  }

  private static ProcessUse ofWorker(Process host) {
    return workers(host.toHandle()).map(child -> ProcessUse.ofProcess(child.pid())).reduce(ProcessUse.NONE, ProcessUse::max);
  }

  /** The workers that a host has started as processes. */
  public static Stream<ProcessHandle> workers(ProcessHandle host) {
    return host.descendants()
        .filter(child -> child.info().arguments().map(List::of).orElse(List.of()).stream().anyMatch(a -> a.endsWith("WorkerMain")));
  }

  public Path directory() {
    return Path.of(report.get("session_dir").asText());
  }

  public JsonNode step(String id) {
    for (JsonNode step : report.path("steps")) {
      if (step.get("id").asText().equals(id)) {
        return step;
      }
    }
    throw new IllegalArgumentException("the report has no step " + id);
  }

  /** From the first step accepted to the last one ended, by the journal. */
  public double stepSpanMillis() throws IOException {
    return spanMillis("");
  }

  /** The same of the steps whose ids begin so. */
  public double spanMillis(String prefix) throws IOException {
    double first = Double.MAX_VALUE;
    double last = 0;
    for (JsonNode event : events()) {
      for (String kind : List.of("step_accepted", "step_succeeded")) {
        JsonNode body = event.path(kind);
        if (body.path("step_id").asText("").startsWith(prefix) && !body.isMissingNode()) {
          Instant time = Instant.parse(event.get("time").asText());
          double millis = time.getEpochSecond() * 1e3 + time.getNano() / 1e6;
          first = Math.min(first, millis);
          last = Math.max(last, millis);
        }
      }
    }
    return last - first;
  }

  /** The journal. */
  public List<JsonNode> events() throws IOException {
    return lines("logs/events.jsonl");
  }

  /** Metrics by {@code step/metric}. */
  public Map<String, Double> metrics() throws IOException {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (JsonNode metric : lines("logs/metrics.jsonl")) {
      metrics.put(metric.get("step_id").asText() + "/" + metric.get("metric").asText(), metric.get("value").asDouble());
    }
    return metrics;
  }

  public long dataBytes() throws IOException {
    try (Stream<Path> files = Files.list(directory().resolve("data"))) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private List<JsonNode> lines(String file) throws IOException {
    try (var lines = JSON.readerFor(JsonNode.class).<JsonNode>readValues(directory().resolve(file).toFile())) {
      return lines.readAll();
    }
  }
}
