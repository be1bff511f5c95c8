package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.OsirisRun;
import bench.WorkerSession;
import bench.Workers;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.docker.DockerSettings.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a person waits for: until a worker has done its first step, until a run of three steps is over. */
public final class StartCase implements Case {

  private static final String MEMORY = "512m";
  private static final double PROCESS_MILLIS = 450;
  private static final double CONTAINER_MILLIS = 950;
  private static final double SHELL_MILLIS = 1000;

  // About 1 MB of CSV.
  private static final int ROWS = 22_000;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String about() {
    return "what a person waits for";
  }

  @Override
  public void run(Lab lab) throws Exception {
    Workers workers = lab.workers();
    lab.part(
        "process",
        () ->
            firstStep(
                lab, "process spawn", workers.process(), workers.plainProcess(lab.fresh("start-plain")), PROCESS_MILLIS, "goal 330"));
    lab.part(
        "docker",
        workers.dockerMissing(),
        () -> {
          try {
            SandboxProvider plain = workers.plainDocker(lab.fresh("start-plain"));
            return firstStep(lab, "container create", workers.docker(Transport.SOCKET), plain, CONTAINER_MILLIS, "by its socket; goal 700");
          } finally {
            workers.removePlainImage();
          }
        });
    lab.part("shell", () -> shell(lab));
  }

  private static List<Figure> firstStep(Lab lab, String from, SandboxProvider cached, SandboxProvider plain, double limit, String note)
      throws Exception {
    Path sessions = lab.fresh("start-sessions");
    List<Double> with = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    for (int i = 0; i <= lab.times(4); i++) {
      double first = firstStep(cached, sessions);
      double second = firstStep(plain, sessions);
      if (i > 0) { // This host is cold in the first round.
        with.add(first);
        without.add(second);
      }
    }
    Lab.delete(sessions);
    return List.of(
        Figure.of(from + " to the first step's result, with the AOT cache", "ms", with, limit, "--memory " + MEMORY + ", by a host that runs; " + note),
        Figure.of("the same without it", "ms", without, Double.NaN, "the same flags of the JVM, in turn"));
  }

  private static double firstStep(SandboxProvider provider, Path sessions) throws Exception {
    try (WorkerSession session = WorkerSession.open(provider, Workers.sessions(sessions, MEMORY), WorkerSession.DEAF)) {
      session.query("SELECT 1 AS x");
      return session.ageMillis();
    }
  }

  private static List<Figure> shell(Lab lab) throws Exception {
    Path folder = lab.fresh("start");
    Path csv = Orders.write(folder.resolve("orders.csv"), lab.seed(), ROWS);
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        oml_version: "0.1.0"
        name: bench-start
        steps:
          - {id: read, component: filesystem.csv_extractor, mode: read, config: {path: orders.csv}}
          - {id: sum, component: duckdb.processor, mode: transform, config: {query: "SELECT status, sum(price) AS price FROM input_df GROUP BY status"}}
          - {id: write, component: filesystem.csv_writer, mode: write, config: {path: out.csv}}
        """);
    List<Double> shell = new ArrayList<>();
    List<Double> reported = new ArrayList<>();
    for (int i = 0; i <= lab.times(4); i++) {
      OsirisRun run = lab.unwatched(folder, "run", "pipeline.yaml", "--memory", MEMORY);
      if (i > 0) {
        shell.add(run.wallMillis());
        reported.add(run.report().get("duration_ms").asDouble());
      }
    }
    String note = "--memory %s, CSV of %.1f MB; goal 700".formatted(MEMORY, Files.size(csv) / 1e6);
    return List.of(
        Figure.of("scripts/osiris run of three steps, shell to shell", "ms", shell, SHELL_MILLIS, note),
        Figure.of("the same, as the run reports it (worker start included)", "ms", reported, Double.NaN, ""));
  }
}
