package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.OsirisRun;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** More than fits: 8 GB of CSV, a sort and an aggregate of high cardinality in 512 MB. */
public final class SpillCase implements Case {

  @Override
  public String name() {
    return "spill";
  }

  @Override
  public String about() {
    return "8 GB of CSV in 512 MB (40 GB of disk)";
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("all", () -> measure(lab));
  }

  private static List<Figure> measure(Lab lab) throws Exception {
    Path folder = lab.fresh("spill");
    Path csv = Orders.write(folder.resolve("orders.csv"), lab.seed(), 170_000_000);
    Files.writeString(
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
    OsirisRun run = lab.osiris(folder, "run", "pipeline.yaml", "--memory", "512m");
    Map<String, Double> metrics = run.metrics();
    List<Figure> figures = new ArrayList<>();
    String note = "%.1f GB, --memory 512m".formatted(bytes / 1e9);
    for (JsonNode step : run.report().get("steps")) {
      String id = step.get("id").asText();
      double spilled = metrics.getOrDefault(id + "/duckdb_spilled_bytes", 0.0) / (1 << 20);
      double seconds = step.get("duration_ms").asDouble() / 1000;
      figures.add(Figure.unpromised(id, "s", seconds, "%s; spilled %.0f MiB".formatted(note, spilled)));
    }
    figures.add(
        Figure.of("peak anonymous memory of the worker", "MiB", run.use().anonymousMiB(), 512, "20 ms samples"));
    Lab.delete(folder);
    return figures;
  }
}
