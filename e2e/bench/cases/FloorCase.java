package bench.cases;

import bench.Bisection;
import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.OsirisRun;
import bench.Watched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The smallest {@code --memory}, to 16 MiB, in which {@code examples/cohorts} takes at most 1.2 times its time in 4 GB with the same
 * number of threads, one, and has at most twice the major faults; the same for ten steps, for ten times the data, and for a pandas
 * program that makes the same table.
 */
public final class FloorCase implements Case {

  private static final double SLOWER = 1.2;
  private static final int STEP = 16;
  private static final int LEAST = 96;
  private static final int MOST = 320;
  private static final int PROMISED = 256;
  private static final Duration TIMEOUT = Duration.ofMinutes(15);

  // Reads that a disk answers in no time anyway; the page cache of a run before decides about them.
  private static final int FEW_FAULTS = 20;

  private static final String MORE =
      """

        - id: more-%1$d
          component: duckdb.processor
          mode: transform
          inputs: {orders: read-orders}
          config:
            query: SELECT customer %% %2$d AS g, day, count(*) AS orders, sum(quantity * price) AS turnover FROM orders GROUP BY ALL
      """;

  @Override
  public String name() {
    return "floor";
  }

  @Override
  public String about() {
    return "the least memory for 500 MB and 5 GB of CSV, beside pandas' (15 GB of disk)";
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public void run(Lab lab) throws Exception {
    Path small = data(lab, 500);
    lab.part("500MB", () -> floor(lab, small, "three steps, 500 MB", 0, lab.pairs()));
    lab.part("ten-steps", () -> floor(lab, small, "ten steps, 500 MB", 7, lab.pairs()));
    lab.part("pandas", () -> pandas(lab, small));
    Path large = data(lab, 5_000);
    lab.part("5GB", () -> floor(lab, large, "three steps, 5 GB", 0, 1));
  }

  private static Path data(Lab lab, int megabytes) throws Exception {
    return lab.once(
        "cohorts-%d-seed%d".formatted(megabytes, lab.seed()),
        folder -> {
          List<String> command =
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  lab.repository().resolve("examples/cohorts/Generate.java").toString(),
                  "--megabytes",
                  Integer.toString(megabytes),
                  "--seed",
                  Long.toString(lab.seed()),
                  folder.toString());
          if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException("cannot make the data");
          }
        });
  }

  private static List<Figure> floor(Lab lab, Path data, String subject, int moreSteps, int pairs) throws Exception {
    Path folder = lab.fresh("floor");
    Files.createLink(Files.createDirectory(folder.resolve("data")).resolve("orders.csv"), data.resolve("orders.csv"));
    Files.writeString(folder.resolve("pipeline.yaml"), pipeline(lab, moreSteps));
    List<OsirisRun> plenty = new ArrayList<>();
    run(lab, folder, "4g"); // Warms the page cache.
    for (int i = 0; i < pairs; i++) {
      plenty.add(run(lab, folder, "4g"));
    }
    double usual = median(plenty);
    long faults = plenty.stream().mapToLong(run -> run.use().majorFaults()).max().orElseThrow();
    int floor = Bisection.smallest(LEAST, MOST, STEP, memory -> enough(lab, folder, memory, usual, faults));
    List<Double> ratios = new ArrayList<>();
    List<Double> processor = new ArrayList<>();
    List<OsirisRun> last = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      OsirisRun base = run(lab, folder, "4g");
      OsirisRun run = run(lab, folder, floor + "m");
      ratios.add(run.stepSpanMillis() / base.stepSpanMillis());
      processor.add((double) run.use().processorMillis() / base.use().processorMillis());
      last.add(run);
    }
    List<Double> peaks = last.stream().map(run -> run.use().anonymousMiB()).toList();
    List<Double> counted = last.stream().map(run -> (double) run.use().majorFaults()).toList();
    String note = "one thread; %.1f s in 4g".formatted(usual / 1e3);
    return List.of(
        Figure.of(subject + ": smallest --memory", "MiB", floor, PROMISED, note),
        Figure.of(subject + ": time there against 4g", "x", ratios, SLOWER, "pair by pair"),
        Figure.of(subject + ": processor time of the worker there against 4g", "x", processor, SLOWER, "pair by pair; what else runs on the machine hardly counts"),
        Figure.of(subject + ": peak anonymous memory there", "MiB", peaks, floor, "RssAnon, 20 ms samples"),
        Figure.of(subject + ": major faults there", "", counted, Double.NaN, faults + " at most in 4g"));
  }

  private static boolean enough(Lab lab, Path folder, int memory, double usualMillis, long usualFaults) throws Exception {
    // A busy machine makes a run slow, never quick: one of three tells.
    for (int i = 0; i < 3; i++) {
      OsirisRun run = lab.tryOsiris(folder, "run", "pipeline.yaml", "--memory", memory + "m", "--cpus", "1");
      if (run.exit() != 0) {
        System.err.println(memory + "m: ends with " + run.exit());
        return false;
      }
      double ratio = run.stepSpanMillis() / usualMillis;
      System.err.printf("%dm: %.2f x, %d major faults%n", memory, ratio, run.use().majorFaults());
      Lab.delete(run.directory());
      if (ratio <= SLOWER && run.use().majorFaults() <= Math.max(FEW_FAULTS, 2 * usualFaults)) {
        return true;
      }
    }
    return false;
  }

  private static OsirisRun run(Lab lab, Path folder, String memory) throws Exception {
    OsirisRun run = lab.osiris(folder, "run", "pipeline.yaml", "--memory", memory, "--cpus", "1");
    System.err.printf("%s: %.1f s%n", memory, run.stepSpanMillis() / 1e3);
    return run;
  }

  private static double median(List<OsirisRun> runs) throws IOException {
    List<Double> millis = new ArrayList<>();
    for (OsirisRun run : runs) {
      millis.add(run.stepSpanMillis());
    }
    return Figure.percentile(millis, 50);
  }

  /** The example, and more steps that read all orders. */
  private static String pipeline(Lab lab, int moreSteps) throws IOException {
    StringBuilder yaml = new StringBuilder(Files.readString(lab.repository().resolve("examples/cohorts/pipeline.yaml")));
    for (int i = 1; i <= moreSteps; i++) {
      yaml.append(MORE.formatted(i, 10 * i));
    }
    return yaml.toString();
  }

  private static List<Figure> pandas(Lab lab, Path data) throws Exception {
    Path folder = lab.fresh("pandas");
    List<String> command =
        List.of("/usr/bin/python3", lab.repository().resolve("e2e/bench/baseline/cohorts.py").toString(), data.resolve("orders.csv").toString(), "out.csv");
    installed();
    Map<String, String> oneThread = Map.of("OMP_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1");
    Watched first = Watched.run(folder, 4L << 30, TIMEOUT, oneThread, command);
    if (!first.succeeded()) {
      throw new IllegalStateException("pandas: " + first.error());
    }
    Watched usual = Watched.run(folder, 4L << 30, TIMEOUT, oneThread, command);
    int floor =
        Bisection.smallest(
            LEAST,
            4096,
            STEP,
            memory -> {
              Watched run = Watched.run(folder, (long) memory << 20, TIMEOUT, oneThread, command);
              System.err.printf("pandas, %dm: exit %d, %.2f x%n", memory, run.exit(), run.wallMillis() / usual.wallMillis());
              return run.succeeded() && run.wallMillis() <= SLOWER * usual.wallMillis();
            });
    double peak = Watched.run(folder, (long) floor << 20, TIMEOUT, oneThread, command).use().anonymousMiB();
    String note = "Debian's python3-pandas, CSV to CSV (Debian has no pyarrow); %.1f s in 4g".formatted(usual.wallMillis() / 1e3);
    return List.of(
        Figure.unpromised("pandas, 500 MB: smallest memory", "MiB", floor, note),
        Figure.unpromised("pandas, 500 MB: peak anonymous memory there", "MiB", peak, "RssAnon, 20 ms samples"));
  }

  private static void installed() throws IOException, InterruptedException {
    if (new ProcessBuilder("/usr/bin/python3", "-c", "import pandas").start().waitFor() != 0
        && new ProcessBuilder("apt-get", "install", "-y", "-q", "python3-pandas").inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("there is no pandas for /usr/bin/python3, and it cannot be installed");
    }
  }
}
