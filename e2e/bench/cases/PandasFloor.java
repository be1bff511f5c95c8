package bench.cases;

import bench.Bisection;
import bench.Figure;
import bench.Lab;
import bench.Watched;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The same bisection for a pandas program that makes the table of {@code examples/cohorts}, in a cgroup. */
final class PandasFloor {

  private static final Duration TIMEOUT = Duration.ofMinutes(15);
  private static final int PLENTY = 4096;
  private static final int TOO_LITTLE = 80;
  private static final Map<String, String> ONE_THREAD = Map.of("OMP_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1");

  private PandasFloor() {}

  static List<Figure> measure(Lab lab, Path csv, double slower, int step) throws Exception {
    installed();
    Path folder = lab.fresh("pandas");
    List<String> command =
        List.of("/usr/bin/python3", lab.repository().resolve("e2e/bench/baseline/cohorts.py").toString(), csv.toString(), "out.csv");
    plenty(folder, command); // Warms the page cache.
    List<Double> usual = new ArrayList<>();
    Bisection.Pair pair =
        memory -> {
          double base = plenty(folder, command).wallMillis();
          usual.add(base / 1e3);
          Watched run = run(folder, command, memory);
          return run.succeeded() ? run.wallMillis() / base : Double.NaN;
        };
    int floor = Bisection.smallest(TOO_LITTLE, PLENTY, step, Bisection.byPairs(Math.min(3, lab.pairs()), slower, pair));
    double peak = run(folder, command, floor).use().anonymousMiB();
    String note = "Debian's python3-pandas, CSV to CSV (Debian has no pyarrow); %.1f s in 4g".formatted(Figure.percentile(usual, 50));
    return List.of(
        Figure.unpromised("pandas, 500 MB: smallest memory", "MiB", floor, note),
        Figure.unpromised("pandas, 500 MB: peak anonymous memory there", "MiB", peak, "RssAnon, 20 ms samples"));
  }

  private static Watched plenty(Path folder, List<String> command) throws Exception {
    Watched run = run(folder, command, PLENTY);
    if (!run.succeeded()) {
      throw new IllegalStateException("pandas: " + run.error());
    }
    return run;
  }

  private static Watched run(Path folder, List<String> command, int mebibytes) throws Exception {
    return Watched.run(folder, (long) mebibytes << 20, TIMEOUT, ONE_THREAD, command);
  }

  private static void installed() throws IOException, InterruptedException {
    if (new ProcessBuilder("/usr/bin/python3", "-c", "import pandas").start().waitFor() != 0
        && new ProcessBuilder("apt-get", "install", "-y", "-q", "python3-pandas").inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("there is no pandas for /usr/bin/python3, and it cannot be installed");
    }
  }
}
