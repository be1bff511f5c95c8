package bench.cases;

import bench.Bisection;
import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.OsirisRun;
import dev.osiris.budget.MemoryBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The smallest {@code --memory}, to 16 MiB, in which {@code examples/cohorts} takes at most 1.2 times its time in 4 GB with the same
 * number of threads, one, by the median of pairs; the same for ten steps, for ten times the data, and for a pandas program that makes the same
 * table. The page cache is emptied before each run: else the worker's libraries count for whoever ran them first.
 */
public final class FloorCase implements Case {

  private static final double SLOWER = 1.2;
  private static final int STEP = 16;
  private static final int MOST = 1024;
  private static final int PROMISED = 256;
  private static final String THREE = "three steps, 500 MB";
  private static final String SMALLEST = ": smallest --memory";

  // A worker does not start in less.
  private static final int TOO_LITTLE = (int) (MemoryBudget.MINIMUM.bytes() >> 20) - STEP;

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
    return "the least memory for 500 MB and 5 GB of CSV, beside pandas' (15 GB of disk; empties the page cache)";
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public void run(Lab lab) throws Exception {
    Path small = data(lab, 500);
    lab.part("500MB", () -> floor(lab, small, THREE, 0, lab.pairs()));
    lab.part("ten-steps", () -> floor(lab, small, "ten steps, 500 MB", 7, lab.pairs()));
    lab.part("pandas", () -> PandasFloor.measure(lab, small.resolve("orders.csv"), SLOWER, STEP));
    Path large = data(lab, 5_000);
    lab.part("5GB", () -> floor(lab, large, "three steps, 5 GB", 0, Math.min(3, lab.pairs())));
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
    int floor = Bisection.smallest(TOO_LITTLE, MOST, STEP, Bisection.byPairs(pairs, SLOWER, memory -> ratio(lab, folder, memory)));
    List<Double> ratios = new ArrayList<>();
    List<Double> processor = new ArrayList<>();
    List<Double> usual = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    List<Double> faults = new ArrayList<>();
    List<Double> usualFaults = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      OsirisRun base = run(lab, folder, "4g");
      OsirisRun run = run(lab, folder, floor + "m");
      ratios.add(run.stepSpanMillis() / base.stepSpanMillis());
      processor.add((double) run.use().processorMillis() / base.use().processorMillis());
      usual.add(base.stepSpanMillis() / 1e3);
      peaks.add(run.use().anonymousMiB());
      faults.add((double) run.use().majorFaults());
      usualFaults.add((double) base.use().majorFaults());
      Lab.delete(base.directory());
      Lab.delete(run.directory());
    }
    boolean first = subject.equals(THREE);
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.of(
            subject + SMALLEST,
            "MiB",
            floor,
            first ? PROMISED : Double.NaN,
            "to %d MiB, the median of %d pairs decides; one thread; %.1f s in 4g".formatted(STEP, pairs, Figure.percentile(usual, 50))));
    OptionalDouble three = lab.measured("500MB", THREE + SMALLEST);
    if (!first && three.isPresent()) {
      figures.add(Figure.of(subject + ": above the smallest of " + THREE, "MiB", floor - three.getAsDouble(), STEP, ""));
    }
    figures.add(Figure.of(subject + ": time there against 4g", "x", ratios, SLOWER, "pair by pair"));
    figures.add(
        Figure.of(
            subject + ": processor time of the worker there against 4g", "x", processor, SLOWER, "pair by pair; what else runs on the machine hardly counts"));
    figures.add(Figure.of(subject + ": peak anonymous memory there", "MiB", peaks, floor, "RssAnon, 20 ms samples"));
    figures.add(
        Figure.of(subject + ": major faults there", "", faults, Double.NaN, "%.0f at most in 4g".formatted(Figure.percentile(usualFaults, 100))));
    return figures;
  }

  /** How many times as long as in 4 GB it takes; NaN where it fails. */
  private static double ratio(Lab lab, Path folder, int memory) throws Exception {
    OsirisRun base = run(lab, folder, "4g");
    emptyPageCache();
    OsirisRun run = lab.tryOsiris(folder, "run", "pipeline.yaml", "--memory", memory + "m", "--cpus", "1");
    if (run.exit() != 0) {
      System.err.println(memory + "m: ends with " + run.exit());
      Lab.delete(base.directory());
      return Double.NaN;
    }
    double ratio = run.stepSpanMillis() / base.stepSpanMillis();
    Lab.delete(base.directory());
    Lab.delete(run.directory());
    return ratio;
  }

  private static OsirisRun run(Lab lab, Path folder, String memory) throws Exception {
    emptyPageCache();
    OsirisRun run = lab.osiris(folder, "run", "pipeline.yaml", "--memory", memory, "--cpus", "1");
    System.err.printf("%s: %.1f s%n", memory, run.stepSpanMillis() / 1e3);
    return run;
  }

  private static void emptyPageCache() throws IOException, InterruptedException {
    // What is not yet on the disk stays.
    new ProcessBuilder("sync").start().waitFor();
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "1");
  }

  /** The example, and more steps that read all orders. */
  private static String pipeline(Lab lab, int moreSteps) throws IOException {
    StringBuilder yaml = new StringBuilder(Files.readString(lab.repository().resolve("examples/cohorts/pipeline.yaml")));
    for (int i = 1; i <= moreSteps; i++) {
      yaml.append(MORE.formatted(i, 10 * i));
    }
    return yaml.toString();
  }
}
