package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.OsirisRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** 5 M rows of CSV through SQL to CSV, against the same three statements in one DuckDB process. */
public final class PipelineCase implements Case {

  @Override
  public String name() {
    return "pipeline";
  }

  @Override
  public String about() {
    return "CSV to SQL to CSV against one DuckDB process (1 GB of disk)";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("all", () -> measure(lab));
  }

  private static List<Figure> measure(Lab lab) throws Exception {
    Path folder = lab.fresh("pipeline");
    Path csv = Orders.write(folder.resolve("orders.csv"), lab.seed(), 5_000_000);
    String query =
        "SELECT id, customer, day, quantity, price, price * quantity AS total, status, note FROM input_df WHERE quantity > 2";
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        oml_version: "0.1.0"
        name: bench-pipeline
        steps:
          - {id: read, component: filesystem.csv_extractor, mode: read, config: {path: orders.csv}}
          - {id: select, component: duckdb.processor, mode: transform, config: {query: "%s"}}
          - {id: write, component: filesystem.csv_writer, mode: write, config: {path: out/result.csv, column_order: source}}
        """
            .formatted(query));
    List<String> statements =
        List.of(
            "CREATE TABLE a AS SELECT * FROM read_csv('%s')".formatted(csv),
            "CREATE TABLE b AS " + query.replace("input_df", "a"),
            "COPY b TO '%s' (HEADER)".formatted(folder.resolve("plain.csv")));
    List<Double> ratios = new ArrayList<>();
    List<Double> ratiosFree = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    for (int i = 0; i <= lab.pairs(); i++) {
      OsirisRun run = lab.osiris(folder, "run", "pipeline.yaml", "--memory", "512m");
      double plain = lab.plain().run(folder, statements, 2, "300MB");
      double free = lab.plain().run(folder, statements, 2, "-");
      if (i > 0) { // The first pair warms the page cache.
        ours.add(run.stepSpanMillis());
        theirs.add(plain);
        ratios.add(run.stepSpanMillis() / plain);
        ratiosFree.add(run.stepSpanMillis() / free);
        peaks.add(run.use().anonymousMiB());
      }
    }
    sameLines(folder.resolve("out/result.csv"), folder.resolve("plain.csv"));
    String input = "%d MB, 5 M rows, --memory 512m".formatted(Files.size(csv) / 1_000_000);
    return List.of(
        Figure.of("CSV to SQL to CSV, steps", "ms", ours, Double.NaN, input),
        Figure.of("the same three statements in one DuckDB process, 300 MB, 2 threads", "ms", theirs, Double.NaN, "baseline"),
        Figure.of("ratio to it", "x", ratios, 1.3, "pair by pair"),
        Figure.of("ratio to the same process with DuckDB's default memory", "x", ratiosFree, 1.3, "pair by pair"),
        Figure.of("peak anonymous memory of the worker", "MiB", peaks, 512, "RssAnon, 20 ms samples"));
  }

  private static void sameLines(Path left, Path right) throws IOException {
    try (Stream<String> a = Files.lines(left); Stream<String> b = Files.lines(right)) {
      if (a.count() != b.count()) {
        throw new IllegalStateException("the results differ: " + left + " and " + right);
      }
    }
  }
}
