package bench.cases;

import bench.Figure;
import bench.Lab;
import bench.OsirisRun;
import bench.PlainDuckDb;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One query over published files, as a step of a worker and in plain DuckDB: the same version, threads and memory limit of DuckDB, and
 * both processes in a memory cgroup of the same size. Each run begins with the files out of the page cache, and who goes first
 * changes from pair to pair: whatever lies below this machine keeps caches of its own.
 */
final class SameLimits {

  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final Lab lab;
  private final Path folder;
  private final List<Path> inputs;
  private final String memory;
  private boolean read;

  /**
   * @param folder of the runs, on the disk that the inputs are on
   * @param inputs DuckDB files with a table {@code main}; the query knows each by the file's name
   * @param memory for {@code --memory}, in mebibytes: {@code 256m}
   */
  SameLimits(Lab lab, Path folder, List<Path> inputs, String memory) {
    this.lab = lab;
    this.folder = folder;
    this.inputs = inputs;
    this.memory = memory;
  }

  /** The figures of one query: how many times plain DuckDB's time the worker takes, or how each of them ended. */
  List<Figure> compare(String name, String query, double limit) throws Exception {
    Files.writeString(folder.resolve("pipeline.yaml"), pipeline(query));
    List<Double> ratios = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    List<Double> processor = new ArrayList<>();
    readOnce();
    PlainDuckDb.Settings settings = null;
    for (int i = 0; i < lab.pairs(); i++) {
      boolean plainFirst = settings != null && i % 2 == 1;
      PlainDuckDb.Outcome plain = plainFirst ? plain(query, settings) : null;
      evict();
      OsirisRun run =
          lab.tryOsiris(
              folder, "run", "pipeline.yaml", "--memory", memory, "--drivers", lab.drivers().toString(), "--allow-read", inputs.getFirst().getParent().toString());
      settings = settings(run);
      JsonNode step = run.report().path("steps").isMissingNode() ? null : run.step("query");
      plain = plainFirst ? plain : plain(query, settings);
      if (run.exit() != 0 || Double.isNaN(plain.millis())) {
        Figure ended = ended(name, run, step, plain);
        Lab.delete(folder.resolve(".osiris_sessions"));
        return List.of(ended);
      }
      double millis = step.get("duration_ms").asDouble();
      ours.add(millis / 1e3);
      theirs.add(plain.millis() / 1e3);
      ratios.add(millis / plain.millis());
      peaks.add(run.use().anonymousMiB());
      processor.add((double) run.use().processorMillis() / plain.process().use().processorMillis());
      Lab.delete(folder.resolve(".osiris_sessions"));
    }
    String note =
        "%.1f s against %.1f s; processor time of the processes %.2f x; at most %.0f MiB anonymous"
            .formatted(
                Figure.percentile(ours, 50), Figure.percentile(theirs, 50), Figure.percentile(processor, 50), Figure.percentile(peaks, 100));
    return List.of(Figure.of(name, "x", ratios, limit, note));
  }

  private PlainDuckDb.Outcome plain(String query, PlainDuckDb.Settings settings) throws Exception {
    evict();
    return lab.plain().attempt(folder, statements(query), settings);
  }

  private static Figure ended(String name, OsirisRun run, JsonNode step, PlainDuckDb.Outcome plain) throws IOException {
    String theirs = plain.process().timedOut() ? "takes more than " + TIMEOUT.toMinutes() + " min" : reason(plain);
    String code = step == null ? "exit " + run.exit() : step.path("failure").path("code").asText("none");
    boolean lives = run.exit() == 0 || run.exit() == 1 && closedInOrder(run);
    if (!lives) {
      return Figure.of(name + ": worker lost", "times", 1, 0, "worker: " + code + "; plain DuckDB: " + theirs);
    }
    if (run.exit() == 0) {
      double seconds = step.get("duration_ms").asDouble() / 1e3;
      return Figure.unpromised(name + ": only the worker completes", "s", seconds, "plain DuckDB: " + theirs);
    }
    String message = step.path("failure").path("message").asText();
    if (Double.isNaN(plain.millis())) {
      double seconds = step.get("duration_ms").asDouble() / 1e3;
      return Figure.unpromised(name + ": neither completes", "s", seconds, "worker lives: " + code + " (" + message + "); plain DuckDB: " + theirs);
    }
    return Figure.of(
        name + ": only plain DuckDB completes", "times", 1, 0, "worker lives: %s (%s); plain DuckDB: %.1f s".formatted(code, message, plain.millis() / 1e3));
  }

  private static String reason(PlainDuckDb.Outcome plain) {
    if (plain.process().oomKilled()) {
      return "killed by the kernel";
    }
    if (!Double.isNaN(plain.millis())) {
      return "%.1f s".formatted(plain.millis() / 1e3);
    }
    String error = plain.process().error();
    return error.contains("Out of Memory") ? "out of memory" : error.lines().filter(line -> line.contains("rror")).findFirst().orElse("failed");
  }

  /** A worker that was killed writes no end into its journal. */
  private static boolean closedInOrder(OsirisRun run) throws IOException {
    return run.events().stream().anyMatch(event -> event.has("session_closed"));
  }

  private String pipeline(String query) {
    String imports =
        inputs.stream()
            .map(file -> "  - {id: %s, component: bench.publish, mode: read, needs: [], config: {path: \"%s\"}}\n".formatted(word(file), file))
            .collect(Collectors.joining());
    String names = inputs.stream().map(file -> word(file) + ": " + word(file)).collect(Collectors.joining(", ", "{", "}"));
    return "oml_version: \"0.1.0\"\nname: bench-query\nsteps:\n%s  - id: query\n    component: duckdb.processor\n    mode: transform\n    timeout: %ds\n    inputs: %s\n    config:\n      query: |\n%s"
        .formatted(imports, TIMEOUT.toSeconds(), names, query.strip().indent(8));
  }

  private List<String> statements(String query) {
    List<String> statements = new ArrayList<>();
    for (Path file : inputs) {
      statements.add("ATTACH '%s' AS f_%s (READ_ONLY)".formatted(file, word(file)));
      statements.add("CREATE TEMP VIEW %1$s AS FROM f_%1$s.main".formatted(word(file)));
    }
    statements.add("CREATE TABLE result AS " + query);
    return statements;
  }

  /** What the worker's step had. */
  private PlainDuckDb.Settings settings(OsirisRun run) throws IOException {
    long limit = Long.parseLong(memory.toLowerCase(Locale.ROOT).replace("m", "")) << 20;
    JsonNode budget =
        run.events().stream().filter(event -> event.has("session_opened")).findFirst().orElseThrow().at("/session_opened/budget");
    return new PlainDuckDb.Settings(budget.get("threads").asInt(), budget.get("duckdb_bytes").asText() + "B", limit, TIMEOUT);
  }

  /** The first to read a file pays for what is below this machine; that is neither of the two. */
  private void readOnce() throws IOException {
    if (!read) {
      for (Path file : inputs) {
        try (InputStream in = Files.newInputStream(file)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
      read = true;
    }
  }

  private void evict() throws IOException, InterruptedException {
    for (Path file : inputs) {
      Process dd =
          new ProcessBuilder("dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none").inheritIO().start();
      if (dd.waitFor() != 0) {
        throw new IOException("cannot evict " + file);
      }
    }
  }

  private static String word(Path file) {
    return file.getFileName().toString().replace(".duckdb", "");
  }
}
