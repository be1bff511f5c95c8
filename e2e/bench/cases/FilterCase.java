package bench.cases;

import bench.Case;
import bench.Lab;
import java.nio.file.Path;
import java.util.List;

/** A filter of 1,000,000,000 rows down to 1,000 in 256 MB, against plain DuckDB with the same settings. */
public final class FilterCase implements Case {

  // Every value below a million occurs a thousand times, all over the file: no statistics help.
  private static final String TABLE = "SELECT i AS id, (i * 7919 %% 1000000)::INTEGER AS code FROM range(%d) t(i)";

  @Override
  public String name() {
    return "filter";
  }

  @Override
  public String about() {
    return "1,000,000,000 rows down to 1,000 in 256 MB, against plain DuckDB (5 GB of disk)";
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public void run(Lab lab) throws Exception {
    Path data = lab.once("billion", folder -> make(lab, folder));
    SameLimits limits = new SameLimits(lab, lab.fresh("filter"), List.of(data.resolve("numbers.duckdb")), "256m");
    lab.part("all", () -> limits.compare("1,000,000,000 rows down to 1,000 in 256m", "SELECT * FROM numbers WHERE code = 271828", 1.15));
  }

  private static void make(Lab lab, Path folder) throws Exception {
    lab.plain()
        .run(
            folder,
            List.of(
                "ATTACH '%s' AS f".formatted(folder.resolve("numbers.duckdb")),
                "CREATE TABLE f.main AS " + TABLE.formatted(1_000_000_000L),
                "DETACH f"),
            2,
            "4GB");
  }
}
