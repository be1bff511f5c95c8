package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.Resident;
import bench.WorkerSession;
import bench.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What a worker has in memory while it has nothing to do, and whether that grows with the steps it has done. */
public final class ResidentCase implements Case {

  private static final double IDLE_MIB = 125;
  private static final double GROWTH_MIB = 16;
  private static final int STEPS = 10;
  // A step's caches are given back in the background.
  private static final long SETTLE_SECONDS = 2;

  private static final String STEP =
      "SELECT i %% %d AS k, count(*) AS n, sum(i) AS s, max(hash(i)) AS h FROM range(3000000) t(i) GROUP BY k ORDER BY s";

  @Override
  public String name() {
    return "resident";
  }

  @Override
  public String about() {
    return "memory of an idle worker, and after each of ten steps";
  }

  @Override
  public void run(Lab lab) throws Exception {
    lab.part("idle", () -> idle(lab));
    lab.part("ten-steps", () -> tenSteps(lab));
  }

  private static List<Figure> idle(Lab lab) throws Exception {
    List<Resident> opened = new ArrayList<>();
    List<Resident> used = new ArrayList<>();
    for (int i = 0; i < lab.pairs(); i++) {
      try (WorkerSession session = open(lab, "512m")) {
        opened.add(settled());
        session.query("SELECT 1 AS x");
        used.add(settled());
      }
    }
    String note = "worker process, --memory 512m, %d s after its session was opened; goal 90".formatted(SETTLE_SECONDS);
    return List.of(
        Figure.of("idle worker: resident memory", "MiB", opened.stream().map(Resident::mib).toList(), IDLE_MIB, note),
        Figure.of("of that anonymous (RssAnon)", "MiB", opened.stream().map(Resident::anonymousMib).toList(), Double.NaN, ""),
        Figure.of("of that mapped files (RssFile)", "MiB", opened.stream().map(Resident::fileMib).toList(), Double.NaN, "libraries and AOT cache"),
        Figure.of("idle after one step: resident memory", "MiB", used.stream().map(Resident::mib).toList(), IDLE_MIB, "SELECT 1"));
  }

  private static List<Figure> tenSteps(Lab lab) throws Exception {
    List<Double> growth = new ArrayList<>();
    String course = "";
    for (int i = 0; i < lab.pairs(); i++) {
      List<Double> after = new ArrayList<>();
      try (WorkerSession session = open(lab, "256m")) {
        for (int step = 1; step <= STEPS; step++) {
          session.query(STEP.formatted(1_000 * step));
          after.add(settled().anonymousMib());
        }
      }
      growth.add(after.getLast() - after.get(1));
      course = after.stream().map(mib -> String.format(Locale.ROOT, "%.0f", mib)).collect(Collectors.joining(" "));
    }
    return List.of(
        Figure.of(
            "anonymous memory after the tenth step, above that after the second", "MiB", growth, GROWTH_MIB, "--memory 256m; in the last run MiB after each step: " + course));
  }

  private static WorkerSession open(Lab lab, String memory) throws Exception {
    Path sessions = lab.fresh("resident-sessions");
    return WorkerSession.open(lab.workers().process(), Workers.sessions(sessions, memory), WorkerSession.DEAF);
  }

  private static Resident settled() throws Exception {
    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
    return Resident.of(WorkerSession.pid());
  }
}
