package bench.cases;

import bench.DatabaseServer;
import bench.DatabaseServer.Kind;
import bench.Lab;
import bench.OsirisRun;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One pipeline that is run again and again while something is killed under it, and what it must leave each time. Used by one thread. */
final class ChaosRun implements AutoCloseable {

  private static final long ROWS = 1_000_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final String STEP = "step";

  private static final String READ =
      """
        - {id: step, component: %1$s.extractor, mode: read, retry: %2$s, config: {connection: "@%1$s.bench", table: source}}
        - {id: sum, component: duckdb.processor, mode: transform, config: {query: "SELECT count(*) AS n, count(DISTINCT id) AS ids, sum(hash(id, name, ratio)) AS content FROM input_df"}}
        - {id: out, component: filesystem.csv_writer, mode: write, config: {path: out.csv, column_order: source}}
      """;
  private static final String WRITE =
      """
        - {id: rows, component: duckdb.processor, mode: transform, config: {query: "SELECT range::BIGINT AS id, 'name ' || range AS name, range / 7 AS ratio FROM range(%3$d)"}}
        - {id: step, component: %1$s.writer, mode: write, inputs: {input: rows}, retry: %2$s, config: {connection: "@%1$s.bench", table: target, write_mode: %4$s}}
      """;

  /** What the step does. */
  enum Work {
    READ,
    APPEND,
    REPLACE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is killed under it. */
  enum Victim {
    WORKER,
    CONNECTIONS,
    SERVER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How a run ended.
   *
   * @param attempts of the step
   * @param faults what must not be; empty when all is as it must be
   */
  record Outcome(int attempts, List<String> faults) {}

  private final Lab lab;
  private final DatabaseServer server;
  private final Kind kind;
  private final Work work;
  private final Path folder;
  private Set<String> files = Set.of();
  private String result = "";
  private long millis;

  private ChaosRun(Lab lab, DatabaseServer server, Kind kind, Work work, Path folder) {
    this.lab = lab;
    this.server = server;
    this.kind = kind;
    this.work = work;
    this.folder = folder;
  }

  /** Writes the pipeline and runs it undisturbed: what comes out is what must come out later, and tells how long the step takes. */
  static ChaosRun prepare(Lab lab, DatabaseServer server, Kind kind, Work work) throws Exception {
    ChaosRun run = new ChaosRun(lab, server, kind, work, lab.fresh("chaos-" + kind.word() + "-" + work.word()));
    run.write();
    // The second one finds everything in the page cache, as all that follow.
    OsirisRun ended = run.end(run.start("first"));
    if (ended.exit() == 0) {
      run.reset();
      ended = run.end(run.start("second"));
    }
    if (ended.exit() != 0) {
      throw new IllegalStateException("the undisturbed run failed: " + Files.readString(run.folder.resolve("stderr.txt")));
    }
    run.millis = (long) ended.spanMillis(STEP);
    run.files = published(ended.directory());
    run.result = run.result();
    if (!run.result.startsWith("" + (work == Work.APPEND ? ROWS + 1 : ROWS))) {
      throw new IllegalStateException("the undisturbed run made " + run.result);
    }
    return run;
  }

  /** Runs it once more, and kills at that share of the step's time. */
  Outcome killed(int number, double moment, Victim victim) throws Exception {
    reset();
    Process process = start("run" + number);
    awaitStep(process, sessions().resolve("run" + number).resolve("logs/events.jsonl"));
    TimeUnit.MILLISECONDS.sleep((long) (moment * millis));
    switch (victim) {
      case WORKER -> OsirisRun.workers(process.toHandle()).forEach(ProcessHandle::destroyForcibly);
      case CONNECTIONS -> server.killConnections();
      case SERVER -> server.kill();
    }
    List<String> faults = new ArrayList<>();
    watch(process, sessions().resolve("run" + number), faults);
    OsirisRun ended = end(process);
    if (ended.exit() != 0) {
      faults.add("exit code " + ended.exit() + ": " + Files.readString(folder.resolve("stderr.txt")).strip());
      return new Outcome(ended.report().isMissingNode() ? 0 : attempts(ended), faults);
    }
    if (!result().equals(result)) {
      faults.add("it made " + result() + " and not " + result);
    }
    if (!published(ended.directory()).equals(files)) {
      faults.add("it left " + published(ended.directory()) + " in data/ and not " + files);
    }
    Lab.delete(ended.directory());
    return new Outcome(attempts(ended), faults);
  }

  private static void awaitStep(Process process, Path journal) throws IOException, InterruptedException {
    while (process.isAlive()
        && !(Files.exists(journal) && Files.readString(journal).lines().anyMatch(line -> line.contains("step_started") && line.contains("\"" + STEP + "\"")))) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Looks on until the run ends: a reader of the target, or of the published files, never sees a part. */
  private void watch(Process process, Path session, List<String> faults) throws Exception {
    long begun = System.nanoTime();
    Set<Long> sizes = new TreeSet<>();
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      if (millisSince(begun) > TIMEOUT.toMillis()) {
        process.destroyForcibly().waitFor();
        faults.add("it went on for " + TIMEOUT);
      }
      Path file = session.resolve("data").resolve(STEP + ".duckdb");
      if (work == Work.READ && Files.exists(file)) {
        sizes.add(Files.size(file));
      } else if (work != Work.READ) {
        String seen = count();
        if (!seen.isEmpty() && !seen.equals("1") && !result.startsWith(seen + " ")) {
          faults.add("a reader saw " + seen + " rows");
        }
      }
    }
    if (sizes.size() > 1) {
      faults.add("the published file had the sizes " + sizes);
    }
  }

  /** The rows of the target; empty while the server does not answer. */
  private String count() throws InterruptedException {
    try {
      return server.sql("SELECT count(*) FROM target;").strip();
    } catch (IOException killed) {
      return "";
    }
  }

  /** Rows, keys and a sum over all values. */
  private String result() throws Exception {
    if (work == Work.READ) {
      return Files.readString(folder.resolve("out.csv")).lines().skip(1).findFirst().orElse("nothing").replace(',', ' ');
    }
    return server
        .sql(
            kind == Kind.POSTGRES
                ? "SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || sum(hashtextextended(target::text, 0)) FROM target;"
                : "SELECT CONCAT(count(*), ' ', count(DISTINCT id), ' ', sum(crc32(CONCAT_WS('|', id, name, ratio)))) FROM target;")
        .strip();
  }

  private void write() throws Exception {
    StringBuilder connections = new StringBuilder("version: 1\nconnections:\n  " + family() + ":\n    bench:\n");
    server.fields().forEach((field, value) -> connections.append("      %s: \"%s\"%n".formatted(field, value)));
    Files.writeString(folder.resolve("osiris_connections.yaml"), connections + "      password: \"${BENCH_PASSWORD}\"\n");
    Files.writeString(folder.resolve(".env"), "BENCH_PASSWORD=" + server.password() + "\n");
    // Longer than the server needs to come back.
    String retry = "{max_attempts: 20, delay: 1s, backoff: none}";
    String steps = (work == Work.READ ? READ : WRITE).formatted(family(), retry, ROWS, work.word());
    Files.writeString(folder.resolve("pipeline.yaml"), "oml_version: \"0.1.0\"\nname: chaos\nsteps:\n" + steps);
    String numbers =
        kind == Kind.POSTGRES
            ? "SELECT i::int8 AS id, 'name ' || i AS name, i / 7e0::float8 AS ratio FROM generate_series(1, " + ROWS + ") i"
            : "SELECT seq AS id, CONCAT('name ', seq) AS name, seq / 7e0 AS ratio FROM seq_1_to_" + ROWS;
    server.sql("DROP TABLE IF EXISTS source; CREATE TABLE source AS " + numbers + ";");
    reset();
  }

  private void reset() throws Exception {
    Files.deleteIfExists(folder.resolve("out.csv"));
    String text = kind == Kind.POSTGRES ? "text" : "varchar(100)";
    server.sql(
        "DROP TABLE IF EXISTS target; CREATE TABLE target (id bigint, name %s, ratio double precision); INSERT INTO target VALUES (-1, 'old', 0);"
            .formatted(text));
  }

  private Process start(String session) throws IOException {
    return lab.begin(folder, "run", "pipeline.yaml", "--memory", "512m", "--session-root", sessions().toString(), "--session-id", session);
  }

  private OsirisRun end(Process process) throws Exception {
    process.waitFor();
    return OsirisRun.ended(folder, process);
  }

  private Path sessions() {
    return folder.resolve("sessions");
  }

  private static int attempts(OsirisRun run) {
    return run.step(STEP).path("attempts").asInt(1);
  }

  private static Set<String> published(Path session) throws IOException {
    try (Stream<Path> listed = Files.list(session.resolve("data"))) {
      return new TreeSet<>(listed.map(file -> file.getFileName().toString()).toList());
    }
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  private String family() {
    return kind == Kind.POSTGRES ? "postgres" : "mysql";
  }

  @Override
  public void close() throws IOException {
    Lab.delete(folder);
  }
}
