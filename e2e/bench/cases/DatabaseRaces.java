package bench.cases;

import bench.DatabaseServer;
import bench.DatabaseServer.Kind;
import bench.Figure;
import bench.Lab;
import bench.cases.DatabaseSteps.Taken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A worker's step against the server's own client program: both in turn, so many times, in a worker that has run the step once. The
 * server starts with the first race and ends with this.
 */
final class DatabaseRaces implements AutoCloseable {

  static final long ROWS = 2_000_000;

  private final Lab lab;
  private final Kind kind;
  private DatabaseServer server;

  /** Runs the step once more. */
  interface Ours {
    Taken run() throws Exception;
  }

  /** Runs the other program once more; milliseconds. */
  interface Theirs {
    double run() throws Exception;
  }

  DatabaseRaces(Lab lab, Kind kind) {
    this.lab = lab;
    this.kind = kind;
  }

  /** The server, with 2,000,000 rows in {@code mixed}. */
  DatabaseServer server() throws Exception {
    if (server == null) {
      server = DatabaseServer.start(lab, kind);
      MixedTable.make(server, kind, "mixed", ROWS);
    }
    return server;
  }

  DatabaseSteps worker(String memory) throws Exception {
    return DatabaseSteps.open(lab, server(), kind, memory);
  }

  /**
   * What is raced.
   *
   * @param baseline a word or two for the other program
   * @param command of it
   * @param limit of the ratio
   * @param goal likewise
   */
  record Race(String name, String memory, String baseline, String command, double limit, double goal) {}

  /** Makes the pairs. */
  List<Figure> race(Race race, Ours ours, Theirs theirs) throws Exception {
    Taken first = ours.run();
    theirs.run();
    List<Double> ratios = new ArrayList<>();
    List<Double> our = new ArrayList<>();
    List<Double> their = new ArrayList<>();
    List<Double> workerSeconds = new ArrayList<>();
    List<Double> serverSeconds = new ArrayList<>();
    List<Double> theirSeconds = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    for (int i = 0; i < lab.pairs(); i++) {
      double before = server.serverSeconds() + server.clientSeconds();
      double base = theirs.run();
      theirSeconds.add(server.serverSeconds() + server.clientSeconds() - before);
      Taken taken = ours.run();
      ratios.add(taken.millis() / base);
      our.add(taken.millis() / 1e3);
      their.add(base / 1e3);
      workerSeconds.add(taken.workerSeconds());
      serverSeconds.add(taken.serverSeconds());
      peaks.add(taken.peakBytes() / 1048576);
    }
    String note =
        String.format(
            Locale.ROOT,
            "%s; %,d rows, --memory %s, %s; processor: worker %.2f s, server %.2f s; baseline %.2f s with %.2f s of processor; the first run %.2f s; goal %.2f",
            race.command,
            first.rows(),
            race.memory,
            server.image(),
            median(workerSeconds),
            median(serverSeconds),
            median(their),
            median(theirSeconds),
            first.millis() / 1e3,
            race.goal);
    return List.of(
        Figure.of(race.name + " against " + race.baseline, "x", ratios, race.limit, note),
        Figure.of(race.name, "s", our, Double.NaN, "the same runs"),
        Figure.of(race.name + ", peak memory of the worker", "MiB", peaks, Double.NaN, "resident, files that are mapped included; the same runs"));
  }

  /** How many times as long pandas takes. */
  List<Figure> pandas(String name, String module, String debian, double limit) throws Exception {
    installed(module, debian);
    List<Double> ratios = new ArrayList<>();
    List<Double> their = new ArrayList<>();
    try (DatabaseSteps worker = worker("512m")) {
      server();
      worker.extract(Map.of("table", "mixed"));
      for (int i = 0; i < lab.pairs(); i++) {
        double seconds = pandasSeconds();
        ratios.add(seconds / (worker.extract(Map.of("table", "mixed")).millis() / 1e3));
        their.add(seconds);
      }
    }
    return List.of(
        Figure.atLeast(
            name + ": times as fast as pandas.read_sql_query",
            "x",
            ratios,
            limit,
            String.format(Locale.ROOT, "Debian's python3-pandas and %s, %.1f s, without their start", debian, median(their))));
  }

  private double pandasSeconds() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "/usr/bin/python3",
                "-W",
                "ignore",
                lab.repository().resolve("e2e/bench/baseline/read_sql.py").toString(),
                kind.word(),
                "" + server.port(),
                server.password())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0 || !printed.strip().endsWith(" " + ROWS)) {
      throw new IllegalStateException("pandas has read: " + printed);
    }
    return Double.parseDouble(printed.substring(0, printed.indexOf(' ')));
  }

  private static void installed(String module, String debian) throws IOException, InterruptedException {
    if (new ProcessBuilder("/usr/bin/python3", "-c", "import pandas, " + module).start().waitFor() != 0
        && new ProcessBuilder("apt-get", "install", "-y", "-q", "python3-pandas", debian).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("there is no pandas with " + module + " for /usr/bin/python3, and it cannot be installed");
    }
  }

  private static double median(List<Double> values) {
    return Figure.percentile(values, 50);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (server != null) {
      server.close();
    }
  }
}
