package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.OsirisRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A step that does nothing but publish a file, a thousand in one session. */
public final class StepsCase implements Case {

  @Override
  public String name() {
    return "steps";
  }

  @Override
  public String about() {
    return "what a step costs that does nothing";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("all", () -> measure(lab));
  }

  private static List<Figure> measure(Lab lab) throws Exception {
    Path folder = lab.fresh("steps");
    StringBuilder yaml = new StringBuilder("oml_version: \"0.1.0\"\nname: bench-steps\nsteps:\n");
    for (int i = 0; i < 1_000; i++) {
      yaml.append(
          "  - {id: s%04d, component: duckdb.processor, mode: transform, needs: [], config: {query: SELECT 1 AS x}}\n"
              .formatted(i));
    }
    Files.writeString(folder.resolve("pipeline.yaml"), yaml.toString());
    OsirisRun run = lab.osiris(folder, "run", "pipeline.yaml", "--memory", "512m", "--parallel", "1");
    List<Double> millis = new ArrayList<>();
    run.report().get("steps").forEach(step -> millis.add(step.get("duration_ms").asDouble()));
    return List.of(
        Figure.of("SELECT 1 into a published file, host to host, median", "ms", millis, 8, "1,000 steps in turn in one session"),
        Figure.of("the same, p95", "ms", Figure.percentile(millis, 95), 20, "same run"));
  }
}
