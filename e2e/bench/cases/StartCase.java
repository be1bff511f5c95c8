package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.OsirisRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a person waits for. */
public final class StartCase implements Case {

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String about() {
    return "what a person waits for";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("all", () -> measure(lab));
  }

  private static List<Figure> measure(Lab lab) throws Exception {
    Path folder = lab.fresh("start");
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        "oml_version: \"0.1.0\"\nname: bench-start\nsteps:\n"
            + "  - {id: s, component: duckdb.processor, mode: transform, needs: [], config: {query: SELECT 1 AS x}}\n");
    List<Double> shell = new ArrayList<>();
    List<Double> run = new ArrayList<>();
    for (int i = 0; i <= Math.max(10, lab.pairs()); i++) {
      OsirisRun one = lab.osiris(folder, "run", "pipeline.yaml", "--memory", "512m");
      if (i > 0) {
        shell.add(one.wallMillis());
        run.add(one.report().get("duration_ms").asDouble());
      }
    }
    return List.of(
        Figure.of("scripts/osiris run of one step, shell to shell", "ms", shell, Double.NaN, "--memory 512m"),
        Figure.of("the same, as the run reports it (worker start included)", "ms", run, Double.NaN, ""));
  }
}
