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
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Fifty mixes of up to six steps that spill, in 256 and 512 MB: what succeeds alone succeeds side by side. */
public final class MixCase implements Case {

  private static final int MIXES = 50;
  private static final int MOST_STEPS = 6;

  // Each needs more memory than its share: a number of rows is put in.
  private static final List<String> QUERIES =
      List.of(
          "SELECT i, hash(i) AS a, md5(i::VARCHAR) AS b FROM range(%d) t(i) ORDER BY a",
          "SELECT hash(i) %% (%1$d // 3) AS k, count(*) AS n, sum(i) AS s FROM range(%1$d) t(i) GROUP BY k",
          "SELECT a.i, b.j FROM (SELECT i, hash(i) AS h FROM range(%1$d) t(i)) a JOIN (SELECT j, hash(j) AS h FROM range(%1$d // 2) t(j)) b USING (h)",
          "SELECT i, row_number() OVER (PARTITION BY i %% 1000 ORDER BY hash(i)) AS r, lag(i) OVER (ORDER BY hash(i)) AS l FROM range(%d // 4) t(i)",
          "SELECT DISTINCT hash(i) // 3 AS d, i::VARCHAR AS v FROM range(%d) t(i)",
          "SELECT k, count(DISTINCT v) AS n FROM (SELECT i %% 100 AS k, hash(i) %% (%1$d // 2) AS v FROM range(%1$d) t(i)) GROUP BY k");

  @Override
  public String name() {
    return "mix";
  }

  @Override
  public String about() {
    return "fifty mixes of spilling steps in 256 and 512 MB (3 GB of disk)";
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public void run(Lab lab) throws Exception {
    for (String memory : List.of("256m", "512m")) {
      for (int mix = 1; mix <= MIXES; mix++) {
        int number = mix;
        lab.part("%s-%02d".formatted(memory, mix), () -> mix(lab, memory, number));
      }
    }
  }

  private static List<Figure> mix(Lab lab, String memory, int number) throws Exception {
    Path folder = lab.fresh("mix");
    SplittableRandom random = new SplittableRandom(lab.seed() * 1_000 + number);
    List<String> steps = new ArrayList<>();
    for (int i = 2 + random.nextInt(MOST_STEPS - 1); i > 0; i--) {
      String query = QUERIES.get(random.nextInt(QUERIES.size())).formatted((1 + random.nextInt(4)) * 500_000);
      steps.add(
          "  - {id: s%d, component: duckdb.processor, mode: transform, needs: [], config: {query: \"%s\"}}\n".formatted(i, query));
    }
    Map<String, String> alone = new TreeMap<>();
    for (String step : steps) {
      alone.putAll(outcomes(lab, folder, List.of(step), memory));
    }
    Map<String, String> together = outcomes(lab, folder, steps, memory);
    long ran = alone.values().stream().filter("succeeded"::equals).count();
    long lost = alone.entrySet().stream().filter(step -> step.getValue().equals("succeeded") && !"succeeded".equals(together.get(step.getKey()))).count();
    String note = "%d steps, %d succeed alone; together %s".formatted(steps.size(), ran, together);
    return List.of(Figure.of("mix %d in %s: steps that succeed alone and not together".formatted(number, memory), "steps", lost, 0, note));
  }

  /** How each step of a pipeline ended: its status, or the code of its failure. */
  private static Map<String, String> outcomes(Lab lab, Path folder, List<String> steps, String memory) throws Exception {
    Files.writeString(folder.resolve("pipeline.yaml"), "oml_version: \"0.1.0\"\nname: bench-mix\nsteps:\n" + String.join("", steps));
    OsirisRun run = lab.tryOsiris(folder, "run", "pipeline.yaml", "--memory", memory, "--parallel", "" + MOST_STEPS);
    Map<String, String> outcomes = new TreeMap<>();
    for (JsonNode step : run.report().path("steps")) {
      outcomes.put(step.get("id").asText(), step.at("/failure/code").asText(step.get("status").asText()));
    }
    Lab.delete(folder.resolve(".osiris_sessions"));
    return outcomes;
  }
}
