package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two CPU-bound steps side by side against in turn. */
public final class ParallelCase implements Case {

  @Override
  public String name() {
    return "parallel";
  }

  @Override
  public String about() {
    return "two steps side by side against in turn";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("all", () -> measure(lab));
  }

  private static List<Figure> measure(Lab lab) throws Exception {
    List<Figure> figures = new ArrayList<>();
    for (int threads : new int[] {1, 2}) {
      Path folder = lab.fresh("parallel" + threads);
      String step =
          "  - {id: s%d, component: duckdb.processor, mode: transform, needs: [], resources: {threads: %d}, config: {query: \"SELECT"
              + " sum(sqrt(i) * sin(i)) AS x FROM range(60000000) t(i)\"}}\n";
      Files.writeString(
          folder.resolve("pipeline.yaml"),
          "oml_version: \"0.1.0\"\nname: bench-parallel\nsteps:\n" + step.formatted(1, threads) + step.formatted(2, threads));
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i <= lab.pairs(); i++) {
        double together = lab.osiris(folder, "run", "pipeline.yaml", "--memory", "1g", "--parallel", "2").stepSpanMillis();
        double inTurn = lab.osiris(folder, "run", "pipeline.yaml", "--memory", "1g", "--parallel", "1").stepSpanMillis();
        if (i > 0) {
          ratios.add(together / inTurn);
        }
      }
      figures.add(
          Figure.of(
              "two CPU-bound steps of %d thread(s), side by side against in turn".formatted(threads),
              "x",
              ratios,
              threads == 1 ? 0.7 : 1.2,
              "2 cores"));
    }
    return figures;
  }
}
