package bench.cases;

import bench.Case;
import bench.DatabaseServer;
import bench.DatabaseServer.Kind;
import bench.Figure;
import bench.Lab;
import bench.cases.DatabaseSteps.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Twenty million rows through a worker of 256 MB, both ways and of both databases: as fast, row by row, as two million. */
public final class BigTablesCase implements Case {

  private static final long SMALL = 2_000_000;
  private static final long BIG = 20_000_000;
  private static final double LEAST = 0.75;

  @Override
  public String name() {
    return "bigtables";
  }

  @Override
  public String about() {
    return "20,000,000 rows from and to PostgreSQL and MariaDB in 256 MB, against 2,000,000 (Docker)";
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public void run(Lab lab) throws Exception {
    for (Kind kind : Kind.values()) {
      lab.part(kind.word(), lab.workers().containersMissing(), () -> measure(lab, kind));
    }
  }

  private static List<Figure> measure(Lab lab, Kind kind) throws Exception {
    List<Taken> reads = new ArrayList<>();
    List<Taken> writes = new ArrayList<>();
    List<Double> readRatios = new ArrayList<>();
    List<Double> writeRatios = new ArrayList<>();
    try (DatabaseServer server = DatabaseServer.start(lab, kind)) {
      MixedTable.make(server, kind, "mixed", SMALL);
      MixedTable.make(server, kind, "big", BIG);
      MixedTable.makeTarget(server, kind);
      for (int pair = 0; pair < lab.pairs(); pair++) {
        // A worker for each pair: the files of all would be more than a session may hold.
        try (DatabaseSteps worker = DatabaseSteps.open(lab, server, kind, "256m")) {
          worker.extract(Map.of("table", "mixed"));
          Taken small = worker.extract(Map.of("table", "mixed"));
          Taken big = worker.extract(Map.of("table", "big"));
          reads.add(big);
          readRatios.add(rate(big) / rate(small));
          write(server, worker, small);
          Taken smallWritten = write(server, worker, small);
          Taken bigWritten = write(server, worker, big);
          writes.add(bigWritten);
          writeRatios.add(rate(bigWritten) / rate(smallWritten));
        }
      }
      String name = kind == Kind.POSTGRES ? "PostgreSQL" : "MariaDB";
      return List.of(
          figure(name + " to DuckDB", readRatios, reads, server),
          peak(name + " to DuckDB", reads),
          figure("DuckDB to " + name, writeRatios, writes, server),
          peak("DuckDB to " + name, writes));
    }
  }

  private static Taken write(DatabaseServer server, DatabaseSteps worker, Taken from) throws Exception {
    server.sql("TRUNCATE target;");
    return worker.write(Map.of("table", "target"), from.step());
  }

  /** Rows a millisecond. */
  private static double rate(Taken taken) {
    return taken.rows() / taken.millis();
  }

  private static Figure figure(String name, List<Double> ratios, List<Taken> big, DatabaseServer server) {
    double seconds = Figure.percentile(big.stream().map(taken -> taken.millis() / 1e3).toList(), 50);
    String note =
        String.format(
            Locale.ROOT, "--memory 256m, %s; %.1f s for 20 M rows; processor: worker %.1f s, server %.1f s",
            server.image(), seconds,
            Figure.percentile(big.stream().map(Taken::workerSeconds).toList(), 50),
            Figure.percentile(big.stream().map(Taken::serverSeconds).toList(), 50));
    return Figure.atLeast(name + ", rate of 20 M rows against 2 M", "x", ratios, LEAST, note);
  }

  private static Figure peak(String name, List<Taken> big) {
    return Figure.of(
        name + ", 20 M rows: peak memory of the worker", "MiB", big.stream().map(taken -> taken.peakBytes() / 1048576).toList(), 256, "resident, files that are mapped included");
  }
}
