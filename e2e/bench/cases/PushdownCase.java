package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.OsirisRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How much of a file a step reads that needs little of it. */
public final class PushdownCase implements Case {

  @Override
  public String name() {
    return "pushdown";
  }

  @Override
  public String about() {
    return "how much of a file is read (3 GB of disk)";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("all", () -> measure(lab));
  }

  private static List<Figure> measure(Lab lab) throws Exception {
    Path folder = lab.fresh("pushdown");
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
    Files.writeString(folder.resolve("pipeline.yaml"), yaml);
    OsirisRun run = lab.osiris(folder, "run", "pipeline.yaml", "--memory", "1g", "--drivers", lab.drivers().toString());
    Map<String, Double> metrics = run.metrics();
    double size = metrics.get("report1/file_bytes");
    String file = "file of %.0f MB, cold".formatted(size / 1e6);
    String cached = file + "; its pages in the cache, read ahead by up to " + readAhead(folder);
    List<Figure> figures = new ArrayList<>();
    for (String[] query : List.of(new String[] {"1 of 50 columns", "1"}, new String[] {"a range of a sorted key", "2"})) {
      double asked = 100 * (metrics.get("report" + query[1] + "/asked_bytes") - metrics.get("evict" + query[1] + "/asked_bytes")) / size;
      double read = 100 * (metrics.get("report" + query[1] + "/resident_bytes") - metrics.get("evict" + query[1] + "/resident_bytes")) / size;
      figures.add(Figure.of(query[0] + ": share of the file's bytes that the step asked for", "%", asked, 5, file));
      figures.add(Figure.of(query[0] + ": share that the kernel read", "%", read, 5, cached));
    }
    return figures;
  }

  private static String readAhead(Path folder) throws Exception {
    Process process = new ProcessBuilder("findmnt", "--noheadings", "--output", "MAJ:MIN", "--target", folder.toString()).start();
    String device = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    Path setting = Path.of("/sys/class/bdi", device, "read_ahead_kb");
    return Files.isReadable(setting) ? Files.readString(setting).strip() + " KiB (the kernel's default is 128)" : "an unknown size";
  }
}
