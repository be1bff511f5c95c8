package bench.cases;

import bench.Lab;
import java.nio.file.Path;
import java.util.List;

/** Every query that plain DuckDB completes completes in the worker, in about its time; the others end as failures with a type. */
final class Tpch {

  private static final double LIMIT = 1.25;

  private Tpch() {}

  static void run(Lab lab, int scale) throws Exception {
    Path data = new TpchData(scale, lab.seed()).folder(lab);
    List<Path> tables = TpchData.TABLES.stream().map(table -> data.resolve(table + ".duckdb")).toList();
    for (String memory : List.of("256m", "512m")) {
      SameLimits limits = new SameLimits(lab, lab.fresh("tpch"), tables, memory);
      for (int i = 0; i < TpchQueries.ALL.size(); i++) {
        String query = TpchQueries.ALL.get(i);
        String name = "SF %d, query %02d in %s".formatted(scale, i + 1, memory);
        lab.part("q%02d-%s".formatted(i + 1, memory), () -> limits.compare(name, query, LIMIT));
      }
    }
  }
}
