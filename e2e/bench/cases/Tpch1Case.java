package bench.cases;

import bench.Case;
import bench.Lab;

/** The 22 queries at scale factor 1, in 512 and 256 MB. */
public final class Tpch1Case implements Case {

  @Override
  public String name() {
    return "tpch1";
  }

  @Override
  public String about() {
    return "the 22 queries of TPC-H at scale factor 1 in 512 and 256 MB, against plain DuckDB (1 GB of disk)";
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public void run(Lab lab) throws Exception {
    Tpch.run(lab, 1);
  }
}
