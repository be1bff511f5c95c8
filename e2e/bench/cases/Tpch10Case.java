package bench.cases;

import bench.Case;
import bench.Lab;

/** The 22 queries at scale factor 10, in 512 and 256 MB. */
public final class Tpch10Case implements Case {

  @Override
  public String name() {
    return "tpch10";
  }

  @Override
  public String about() {
    return "the 22 queries of TPC-H at scale factor 10 in 512 and 256 MB, against plain DuckDB (30 GB of disk)";
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public void run(Lab lab) throws Exception {
    Tpch.run(lab, 10);
  }
}
