package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import dev.osiris.session.Event;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.worker.sandbox.PeakMemory;
import dev.osiris.worker.sandbox.ProcessMemory;
import dev.osiris.worker.session.Journal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * What the three metrics of a step cost it that does nothing. They cannot be switched off, so their parts are measured alone, in this
 * JVM and one after the other: the look at the process's memory, the question that a DuckDB instance is asked, and three events for the
 * journal, which another thread writes.
 */
public final class MetricsCase implements Case {

  private static final double LIMIT_MILLIS = 0.2;
  private static final int COLD = 500;
  private static final List<String> NAMES = List.of("duckdb_peak_bytes", "duckdb_spilled_bytes", "peak_rss_bytes");

  @Override
  public String name() {
    return "metrics";
  }

  @Override
  public String about() {
    return "what the metrics of a step cost";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("all", () -> measure(lab));
  }

  private static List<Figure> measure(Lab lab) throws Exception {
    Path folder = lab.fresh("metrics");
    List<Double> memory = new ArrayList<>();
    List<Double> engine = new ArrayList<>();
    List<Double> events = new ArrayList<>();
    List<Double> all = new ArrayList<>();
    PeakMemory peaks = new PeakMemory(ProcessMemory::anonymousBytes);
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement question =
            duckdb.prepareStatement("SELECT memory_usage_bytes, temporary_storage_bytes FROM duckdb_memory()");
        Journal journal = Journal.open(folder.resolve("events.jsonl"), new SessionId("metrics"), Clock.systemUTC())) {
      for (int i = -COLD; i < lab.times(40); i++) {
        long begin = System.nanoTime();
        PeakMemory.Watch watch = peaks.begin();
        double rss = watch.end();
        long looked = System.nanoTime();
        double used = used(question);
        long asked = System.nanoTime();
        keep(journal, i, List.of(used, 0.0, rss));
        long kept = System.nanoTime();
        if (i >= 0) {
          memory.add((looked - begin) / 1e6);
          engine.add((asked - looked) / 1e6);
          events.add((kept - asked) / 1e6);
          all.add((kept - begin) / 1e6);
        }
      }
    }
    return List.of(
        Figure.of("metrics of a step", "ms", all, LIMIT_MILLIS, "the sum of the next three"),
        Figure.of("a look at the memory of the process", "ms", memory, Double.NaN, "/proc/self/status"),
        Figure.of("what DuckDB holds and has spilled", "ms", engine, Double.NaN, "duckdb_memory()"),
        Figure.of("three events for the journal", "ms", events, Double.NaN, "another thread writes them"));
  }

  /** As a worker's own cells are asked. */
  private static double used(PreparedStatement question) throws Exception {
    double used = 0;
    try (ResultSet row = question.executeQuery()) {
      while (row.next()) {
        used += row.getLong(1) + row.getLong(2);
      }
    }
    return used;
  }

  private static void keep(Journal journal, int step, List<Double> values) {
    for (int i = 0; i < NAMES.size(); i++) {
      journal.append(new Event.MetricReported(new StepId("s" + step), "1", NAMES.get(i), values.get(i), "bytes"), "c1");
    }
  }
}
