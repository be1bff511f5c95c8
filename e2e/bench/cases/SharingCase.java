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
import java.util.stream.IntStream;

/** Four readers of one file against one. */
public final class SharingCase implements Case {

  @Override
  public String name() {
    return "sharing";
  }

  @Override
  public String about() {
    return "four readers of one file against one (5 GB of disk)";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("all", () -> measure(lab));
  }

  private static List<Figure> measure(Lab lab) throws Exception {
    Path folder = lab.fresh("sharing");
    String make =
        "  - {id: make, component: duckdb.processor, mode: transform, needs: [], config: {query: \"SELECT i, hash(i) AS a, hash(i + 1) AS"
            + " b, hash(i + 2) AS c, md5(i::VARCHAR) AS d FROM range(18000000) t(i)\"}}\n";
    String reader =
        "  - {id: r%d, component: duckdb.processor, mode: transform, inputs: {input: make}, resources: {threads: 1}, config: {query:"
            + " \"SELECT count(*) AS n, sum(a %% 7) AS a, sum(b %% 11) AS b, sum(length(d)) AS d FROM input WHERE c %% 3 <> 0\"}}\n";
    String head = "oml_version: \"0.1.0\"\nname: bench-sharing\nsteps:\n";
    Files.writeString(folder.resolve("one.yaml"), head + make + reader.formatted(1));
    Files.writeString(
        folder.resolve("four.yaml"),
        head + make + String.join("", IntStream.rangeClosed(1, 4).mapToObj(reader::formatted).toList()));
    List<Double> ratios = new ArrayList<>();
    double extra = 0;
    double size = 0;
    for (int i = 0; i < Math.min(3, lab.pairs()); i++) {
      OsirisRun one = lab.osiris(folder, "run", "one.yaml", "--memory", "2g");
      OsirisRun four = lab.osiris(folder, "run", "four.yaml", "--memory", "2g", "--parallel", "4");
      ratios.add(four.spanMillis("r") / one.spanMillis("r"));
      size = size(one, "make");
      extra = four.dataBytes() - size(four, "make") - 4.0 * size(one, "r1");
      Lab.delete(one.directory());
      Lab.delete(four.directory());
    }
    return List.of(
        Figure.of("four readers of one output at once, one thread each, against one", "x", ratios, 2.4, "%.2f GB file".formatted(size / 1e9)),
        Figure.of("bytes on disk that three more readers add", "bytes", extra, 0, "their own outputs taken off"));
  }

  private static double size(OsirisRun run, String step) throws IOException {
    return Files.size(run.directory().resolve("data/" + step + ".duckdb"));
  }
}
