import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The figures of {@code docs/benchmarks.md}: the product from outside, by its command line, against a named baseline in the same run.
 * Every finished case is appended to {@code results.jsonl} in the work folder; a case that is there already is not run again.
 */
final class Bench {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path repository;
  private final Path work;
  private final String javaCommand;
  private final long seed;
  private final int pairs;

  private Bench(Path repository, Path work, String java, long seed, int pairs) {
    this.repository = repository;
    this.work = work;
    this.javaCommand = java;
    this.seed = seed;
    this.pairs = pairs;
  }

  /** A measured number; {@code limit} is what the product promises, NaN when it promises nothing. */
  private record Figure(String name, String unit, int n, double median, double p95, double limit, String note) {}

  private interface Case {
    List<Figure> run() throws Exception;
  }

  /** Arguments: repository, work folder, seed, pairs, then the names of the cases to run (none: all). */
  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT);
    Path work = Files.createDirectories(Path.of(args[1]));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Bench bench = new Bench(Path.of(args[0]), work, java, Long.parseLong(args[2]), Integer.parseInt(args[3]));
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("pipeline", bench::pipeline);
    cases.put("steps", bench::steps);
    cases.put("parallel", bench::parallel);
    cases.put("pushdown", bench::pushdown);
    cases.put("sharing", bench::sharing);
    cases.put("start", bench::start);
    cases.put("spill", bench::spill);
    List<String> wanted = args.length > 4 ? Arrays.asList(args).subList(4, args.length) : List.copyOf(cases.keySet());
    Path results = work.resolve("results.jsonl");
    List<String> done = Files.exists(results) ? Files.readAllLines(results) : List.of();
    for (String name : wanted) {
      if (done.stream().anyMatch(line -> line.startsWith("{\"case\":\"" + name + "\""))) {
        System.err.println(name + ": measured before; remove " + results + " to measure again");
        continue;
      }
      Case measured = cases.get(name);
      if (measured == null) {
        throw new IllegalArgumentException("no case '" + name + "'; there are " + cases.keySet());
      }
      System.err.println("== " + name);
      List<Figure> figures = measured.run();
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("case", name);
      line.put("command", "scripts/bench --only " + name + " --seed " + bench.seed + " --pairs " + bench.pairs);
      line.put("figures", figures.stream().map(Bench::json).toList());
      Files.writeString(
          results, JSON.writeValueAsString(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      figures.forEach(figure -> System.out.println(name + ": " + figure));
    }
    report(results, work.resolve("report.md"));
  }

  /** 5 M rows of CSV through SQL to CSV, against the same three statements in one DuckDB process. */
  private List<Figure> pipeline() throws Exception {
    Path folder = fresh("pipeline");
    Path csv = orders(folder.resolve("orders.csv"), 5_000_000);
    String query =
        "SELECT id, customer, day, quantity, price, price * quantity AS total, status, note FROM input_df WHERE quantity > 2";
    write(
        folder.resolve("pipeline.yaml"),
        """
        oml_version: "0.1.0"
        name: bench-pipeline
        steps:
          - {id: read, component: filesystem.csv_extractor, mode: read, config: {path: orders.csv}}
          - {id: select, component: duckdb.processor, mode: transform, config: {query: "%s"}}
          - {id: write, component: filesystem.csv_writer, mode: write, config: {path: out/result.csv, column_order: source}}
        """
            .formatted(query));
    Path statements = folder.resolve("statements.sql");
    write(
        statements,
        "CREATE TABLE a AS SELECT * FROM read_csv('%s')\nCREATE TABLE b AS %s\nCOPY b TO '%s' (HEADER)\n"
            .formatted(csv, query.replace("input_df", "a"), folder.resolve("plain.csv")));
    List<Double> ratios = new ArrayList<>();
    List<Double> ratiosFree = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    for (int i = 0; i <= pairs; i++) {
      Run run = osiris(folder, "run", "pipeline.yaml", "--memory", "512m");
      double plain = plain(statements, folder, 2, "300MB");
      double free = plain(statements, folder, 2, "-");
      if (i > 0) { // The first pair warms the page cache.
        ours.add(run.stepSpanMillis());
        theirs.add(plain);
        ratios.add(run.stepSpanMillis() / plain);
        ratiosFree.add(run.stepSpanMillis() / free);
        peaks.add(run.peakAnonymousMiB());
      }
    }
    sameLines(folder.resolve("out/result.csv"), folder.resolve("plain.csv"));
    String input = "%d MB, 5 M rows, --memory 512m".formatted(Files.size(csv) / 1_000_000);
    return List.of(
        figure("CSV to SQL to CSV, steps", "ms", ours, Double.NaN, input),
        figure("the same three statements in one DuckDB process, 300 MB, 2 threads", "ms", theirs, Double.NaN, "baseline"),
        figure("ratio to it", "x", ratios, 1.3, "pair by pair"),
        figure("ratio to the same process with DuckDB's default memory", "x", ratiosFree, 1.3, "pair by pair"),
        figure("peak anonymous memory of the worker", "MiB", peaks, 512, "RssAnon, 20 ms samples"));
  }

  /** A step that does nothing but publish a file, a thousand in one session. */
  private List<Figure> steps() throws Exception {
    Path folder = fresh("steps");
    StringBuilder yaml = new StringBuilder("oml_version: \"0.1.0\"\nname: bench-steps\nsteps:\n");
    for (int i = 0; i < 1_000; i++) {
      yaml.append(
          "  - {id: s%04d, component: duckdb.processor, mode: transform, needs: [], config: {query: SELECT 1 AS x}}\n"
              .formatted(i));
    }
    write(folder.resolve("pipeline.yaml"), yaml.toString());
    Run run = osiris(folder, "run", "pipeline.yaml", "--memory", "512m", "--parallel", "1");
    List<Double> millis = new ArrayList<>();
    run.report.get("steps").forEach(step -> millis.add(step.get("duration_ms").asDouble()));
    return List.of(
        figure("SELECT 1 into a published file, host to host, median", "ms", millis, 8, "1,000 steps in turn in one session"),
        new Figure("the same, p95", "ms", millis.size(), percentile(millis, 95), percentile(millis, 95), 20, "same run"));
  }

  /** Two CPU-bound steps side by side against in turn. */
  private List<Figure> parallel() throws Exception {
    List<Figure> figures = new ArrayList<>();
    for (int threads : new int[] {1, 2}) {
      Path folder = fresh("parallel" + threads);
      String step =
          "  - {id: s%d, component: duckdb.processor, mode: transform, needs: [], resources: {threads: %d}, config: {query: \"SELECT"
              + " sum(sqrt(i) * sin(i)) AS x FROM range(60000000) t(i)\"}}\n";
      write(
          folder.resolve("pipeline.yaml"),
          "oml_version: \"0.1.0\"\nname: bench-parallel\nsteps:\n" + step.formatted(1, threads) + step.formatted(2, threads));
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i <= pairs; i++) {
        double together = osiris(folder, "run", "pipeline.yaml", "--memory", "1g", "--parallel", "2").stepSpanMillis();
        double inTurn = osiris(folder, "run", "pipeline.yaml", "--memory", "1g", "--parallel", "1").stepSpanMillis();
        if (i > 0) {
          ratios.add(together / inTurn);
        }
      }
      figures.add(
          figure(
              "two CPU-bound steps of %d thread(s), side by side against in turn".formatted(threads),
              "x",
              ratios,
              threads == 1 ? 0.7 : 1.2,
              "2 cores"));
    }
    return figures;
  }

  /** How much of a file a step reads that needs little of it. */
  private List<Figure> pushdown() throws Exception {
    Path folder = fresh("pushdown");
    String columns =
        String.join(", ", IntStream.range(0, 50).mapToObj(c -> "hash(i * 50 + " + c + ") AS c" + c).toList());
    String yaml =
        """
        oml_version: "0.1.0"
        name: bench-pushdown
        steps:
          - {id: make, component: duckdb.processor, mode: transform, needs: [], config: {query: "SELECT i AS key, %s FROM range(2000000) t(i) ORDER BY i"}}
          - {id: evict1, component: bench.page_cache, mode: write, inputs: {input: make}, config: {action: evict}}
          - {id: one_column, component: duckdb.processor, mode: transform, inputs: {input: make}, needs: [evict1], config: {query: "SELECT sum(c7) AS x FROM input"}}
          - {id: report1, component: bench.page_cache, mode: write, inputs: {input: make}, needs: [one_column], config: {action: report}}
          - {id: evict2, component: bench.page_cache, mode: write, inputs: {input: make}, needs: [report1], config: {action: evict}}
          - {id: key_range, component: duckdb.processor, mode: transform, inputs: {input: make}, needs: [evict2], config: {query: "SELECT * FROM input WHERE key BETWEEN 1000000 AND 1001000"}}
          - {id: report2, component: bench.page_cache, mode: write, inputs: {input: make}, needs: [key_range], config: {action: report}}
        """
            .formatted(columns);
    write(folder.resolve("pipeline.yaml"), yaml);
    Run run = osiris(folder, "run", "pipeline.yaml", "--memory", "1g", "--drivers", work.resolve("drivers").toString());
    Map<String, Double> metrics = run.metrics();
    double size = metrics.get("report1/file_bytes");
    String file = "file of %.0f MB, cold".formatted(size / 1e6);
    String cached = file + "; its pages in the cache, read ahead by up to " + readAhead(folder);
    List<Figure> figures = new ArrayList<>();
    for (String[] query : List.of(new String[] {"1 of 50 columns", "1"}, new String[] {"a range of a sorted key", "2"})) {
      double asked = 100 * (metrics.get("report" + query[1] + "/asked_bytes") - metrics.get("evict" + query[1] + "/asked_bytes")) / size;
      double read = 100 * (metrics.get("report" + query[1] + "/resident_bytes") - metrics.get("evict" + query[1] + "/resident_bytes")) / size;
      figures.add(new Figure(query[0] + ": share of the file's bytes that the step asked for", "%", 1, asked, asked, 5, file));
      figures.add(new Figure(query[0] + ": share that the kernel read", "%", 1, read, read, 5, cached));
    }
    return figures;
  }

  private static double size(Run run, String step) throws IOException {
    return Files.size(run.directory().resolve("data/" + step + ".duckdb"));
  }

  /** How far the kernel reads on from what is asked for, on the disk of a folder. */
  private static String readAhead(Path folder) throws Exception {
    Process process = new ProcessBuilder("findmnt", "--noheadings", "--output", "MAJ:MIN", "--target", folder.toString()).start();
    String device = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    Path setting = Path.of("/sys/class/bdi", device, "read_ahead_kb");
    return Files.isReadable(setting) ? Files.readString(setting).strip() + " KiB (the kernel's default is 128)" : "an unknown size";
  }

  /** Four readers of one file against one. */
  private List<Figure> sharing() throws Exception {
    Path folder = fresh("sharing");
    String make =
        "  - {id: make, component: duckdb.processor, mode: transform, needs: [], config: {query: \"SELECT i, hash(i) AS a, hash(i + 1) AS"
            + " b, hash(i + 2) AS c, md5(i::VARCHAR) AS d FROM range(18000000) t(i)\"}}\n";
    String reader =
        "  - {id: r%d, component: duckdb.processor, mode: transform, inputs: {input: make}, resources: {threads: 1}, config: {query:"
            + " \"SELECT count(*) AS n, sum(a %% 7) AS a, sum(b %% 11) AS b, sum(length(d)) AS d FROM input WHERE c %% 3 <> 0\"}}\n";
    String head = "oml_version: \"0.1.0\"\nname: bench-sharing\nsteps:\n";
    write(folder.resolve("one.yaml"), head + make + reader.formatted(1));
    write(
        folder.resolve("four.yaml"),
        head + make + String.join("", IntStream.rangeClosed(1, 4).mapToObj(reader::formatted).toList()));
    List<Double> ratios = new ArrayList<>();
    double extra = 0;
    double size = 0;
    for (int i = 0; i < Math.min(3, pairs); i++) {
      Run one = osiris(folder, "run", "one.yaml", "--memory", "2g");
      Run four = osiris(folder, "run", "four.yaml", "--memory", "2g", "--parallel", "4");
      ratios.add(four.spanMillis("r") / one.spanMillis("r"));
      size = size(one, "make");
      extra = four.dataBytes() - size(four, "make") - 4.0 * size(one, "r1");
      delete(one.directory());
      delete(four.directory());
    }
    return List.of(
        figure("four readers of one output at once, one thread each, against one", "x", ratios, 2.4, "%.2f GB file".formatted(size / 1e9)),
        new Figure("bytes on disk that three more readers add", "bytes", 1, extra, extra, 0, "their own outputs taken off"));
  }

  /** What a person waits for. */
  private List<Figure> start() throws Exception {
    Path folder = fresh("start");
    write(
        folder.resolve("pipeline.yaml"),
        "oml_version: \"0.1.0\"\nname: bench-start\nsteps:\n"
            + "  - {id: s, component: duckdb.processor, mode: transform, needs: [], config: {query: SELECT 1 AS x}}\n");
    List<Double> shell = new ArrayList<>();
    List<Double> run = new ArrayList<>();
    for (int i = 0; i <= Math.max(10, pairs); i++) {
      Run one = osiris(folder, "run", "pipeline.yaml", "--memory", "512m");
      if (i > 0) {
        shell.add(one.wallMillis);
        run.add(one.report.get("duration_ms").asDouble());
      }
    }
    return List.of(
        figure("scripts/osiris run of one step, shell to shell", "ms", shell, Double.NaN, "--memory 512m"),
        figure("the same, as the run reports it (worker start included)", "ms", run, Double.NaN, ""));
  }

  /** More than fits: 6 GB of CSV, a sort and an aggregate of high cardinality in 512 MB. */
  private List<Figure> spill() throws Exception {
    Path folder = fresh("spill");
    Path csv = orders(folder.resolve("orders.csv"), 170_000_000);
    write(
        folder.resolve("pipeline.yaml"),
        """
        oml_version: "0.1.0"
        name: bench-spill
        steps:
          - {id: read, component: filesystem.csv_extractor, mode: read, config: {path: orders.csv}}
          - {id: sorted, component: duckdb.processor, mode: transform, inputs: {input: read}, config: {query: "SELECT * FROM input ORDER BY note, price DESC, id"}}
          - {id: grouped, component: duckdb.processor, mode: transform, inputs: {input: read}, needs: [sorted], config: {query: "SELECT id // 3 AS key, count(*) AS n, sum(price) AS p FROM input GROUP BY ALL"}}
        """);
    long bytes = Files.size(csv);
    Run run = osiris(folder, "run", "pipeline.yaml", "--memory", "512m");
    Map<String, Double> metrics = run.metrics();
    List<Figure> figures = new ArrayList<>();
    String note = "%.1f GB, --memory 512m".formatted(bytes / 1e9);
    for (JsonNode step : run.report.get("steps")) {
      String id = step.get("id").asText();
      double spilled = metrics.getOrDefault(id + "/duckdb_spilled_bytes", 0.0) / (1 << 20);
      double seconds = step.get("duration_ms").asDouble() / 1000;
      figures.add(new Figure(id, "s", 1, seconds, seconds, Double.NaN, "%s; spilled %.0f MiB".formatted(note, spilled)));
    }
    figures.add(
        new Figure(
            "peak anonymous memory of the worker", "MiB", 1, run.peakAnonymousMiB(), run.peakAnonymousMiB(), 512, "20 ms samples"));
    delete(folder);
    return figures;
  }

  /** One run of the command line with --json, its worker watched. */
  private final class Run {
    private final JsonNode report;
    private final double wallMillis;
    private final long peakBytes;

    Run(JsonNode report, double wallMillis, long peakBytes) {
      this.report = report;
      this.wallMillis = wallMillis;
      this.peakBytes = peakBytes;
    }

    Path directory() {
      return Path.of(report.get("session_dir").asText());
    }

    double peakAnonymousMiB() {
      return peakBytes / 1048576.0;
    }

    /** From the first step accepted to the last one ended, by the journal. */
    double stepSpanMillis() throws IOException {
      return spanMillis("");
    }

    double spanMillis(String prefix) throws IOException {
      double first = Double.MAX_VALUE;
      double last = 0;
      for (String line : Files.readAllLines(directory().resolve("logs/events.jsonl"))) {
        JsonNode event = JSON.readTree(line);
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

    Map<String, Double> metrics() throws IOException {
      Map<String, Double> metrics = new LinkedHashMap<>();
      for (String line : Files.readAllLines(directory().resolve("logs/metrics.jsonl"))) {
        JsonNode metric = JSON.readTree(line);
        metrics.put(metric.get("step_id").asText() + "/" + metric.get("metric").asText(), metric.get("value").asDouble());
      }
      return metrics;
    }

    long dataBytes() throws IOException {
      try (Stream<Path> files = Files.list(directory().resolve("data"))) {
        return files.mapToLong(file -> file.toFile().length()).sum();
      }
    }
  }

  private Run osiris(Path folder, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(repository.resolve("scripts/osiris").toString()));
    command.addAll(List.of(args));
    command.addAll(List.of("--json", "--quiet"));
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("stderr.txt").toFile())
            .redirectOutput(folder.resolve("stdout.json").toFile())
            .start();
    long peak = 0;
    while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, workerAnonymousBytes(process));
    }
    double wall = (System.nanoTime() - start) / 1e6;
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          command + " ended with " + process.exitValue() + ": " + Files.readString(folder.resolve("stderr.txt")));
    }
    return new Run(JSON.readTree(folder.resolve("stdout.json").toFile()), wall, peak);
  }

  private static long workerAnonymousBytes(Process host) {
    return host.descendants()
        .mapToLong(
            child -> {
              try {
                Path proc = Path.of("/proc", "" + child.pid());
                if (!Files.readString(proc.resolve("cmdline")).contains("WorkerMain")) {
                  return 0;
                }
                return Files.readAllLines(proc.resolve("status")).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .sum();
              } catch (IOException | UncheckedIOException gone) {
                return 0;
              }
            })
        .max()
        .orElse(0);
  }

  private double plain(Path statements, Path folder, int threads, String memory) throws Exception {
    Path database = folder.resolve("plain.duckdb");
    Files.deleteIfExists(database);
    Process process =
        new ProcessBuilder(
                javaCommand,
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.library.path=" + repository.resolve("worker/target/native"),
                "-cp",
                work.resolve("classes") + ":" + repository.resolve("worker/target/lib") + "/*",
                "PlainDuckDb",
                statements.toString(),
                database.toString(),
                "" + threads,
                memory,
                folder.resolve("plain.tmp").toString())
            .redirectError(folder.resolve("plain.txt").toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the baseline failed: " + Files.readString(folder.resolve("plain.txt")));
    }
    Files.deleteIfExists(database);
    return Double.parseDouble(output.strip());
  }

  /** A deterministic CSV of orders: numbers, decimals, dates, text with unicode, some nulls. */
  private Path orders(Path file, int rows) throws IOException {
    String[] status = {"open", "paid", "sent", "zurück"};
    SplittableRandom random = new SplittableRandom(seed);
    try (BufferedWriter out = new BufferedWriter(Files.newBufferedWriter(file), 1 << 20)) {
      out.write("id,customer,day,quantity,price,status,note\n");
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < rows; i++) {
        line.setLength(0);
        int cents = random.nextInt(100_000);
        int month = 1 + random.nextInt(12);
        int day = 1 + random.nextInt(28);
        line.append(i).append(',').append(random.nextInt(1_000_000)).append(",2025-");
        line.append(month < 10 ? "0" : "").append(month).append('-').append(day < 10 ? "0" : "").append(day).append(',');
        line.append(1 + random.nextInt(9)).append(',').append(cents / 100).append('.');
        line.append(cents % 100 < 10 ? "0" : "").append(cents % 100).append(',').append(status[random.nextInt(4)]).append(',');
        if (random.nextInt(10) > 0) {
          line.append(Integer.toString(random.nextInt(), 36));
        }
        out.append(line).append('\n');
      }
    }
    return file;
  }

  private Path fresh(String name) throws IOException {
    Path folder = work.resolve(name);
    delete(folder);
    return Files.createDirectories(folder);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void sameLines(Path left, Path right) throws IOException {
    try (Stream<String> a = Files.lines(left); Stream<String> b = Files.lines(right)) {
      if (a.count() != b.count()) {
        throw new IllegalStateException("the results differ: " + left + " and " + right);
      }
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }

  private static Figure figure(String name, String unit, List<Double> values, double limit, String note) {
    return new Figure(name, unit, values.size(), percentile(values, 50), percentile(values, 95), limit, note);
  }

  private static double percentile(List<Double> values, int percent) {
    double[] sorted = DoubleStream.of(values.stream().mapToDouble(v -> v).toArray()).sorted().toArray();
    return sorted[Math.min(sorted.length - 1, (int) Math.floor(percent / 100.0 * sorted.length))];
  }

  private static Map<String, Object> json(Figure figure) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", figure.name);
    json.put("unit", figure.unit);
    json.put("n", figure.n);
    json.put("median", figure.median);
    json.put("p95", figure.p95);
    json.put("limit", Double.isNaN(figure.limit) ? null : figure.limit);
    json.put("note", figure.note);
    return json;
  }

  private static void report(Path results, Path report) throws IOException {
    StringBuilder text = new StringBuilder("| case | figure | n | median | p95 | promise | kept | note |\n|---|---|---|---|---|---|---|---|\n");
    for (String line : Files.readAllLines(results)) {
      JsonNode result = JSON.readTree(line);
      for (JsonNode figure : result.get("figures")) {
        String unit = figure.get("unit").asText();
        boolean promised = !figure.get("limit").isNull();
        double median = figure.get("median").asDouble();
        text.append(
            "| %s | %s | %d | %.2f %s | %.2f %s | %s | %s | %s |%n"
                .formatted(
                    result.get("case").asText(),
                    figure.get("name").asText(),
                    figure.get("n").asInt(),
                    median,
                    unit,
                    figure.get("p95").asDouble(),
                    unit,
                    promised ? "at most " + figure.get("limit").asText() + " " + unit : "",
                    promised ? (median <= figure.get("limit").asDouble() ? "yes" : "**no**") : "",
                    figure.get("note").asText()));
      }
    }
    Files.writeString(report, text.toString());
    System.err.println("wrote " + report);
  }
}
