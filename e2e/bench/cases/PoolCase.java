package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.WorkerSession;
import bench.Workers;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.docker.DockerSettings.Transport;
import dev.osiris.host.sandbox.pool.PoolSettings;
import dev.osiris.host.sandbox.pool.PooledSession;
import dev.osiris.host.sandbox.pool.SandboxPool;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A worker that was made ready before, from the moment that somebody asks for it. */
public final class PoolCase implements Case {

  private static final double LIMIT_MILLIS = 20;
  private static final int HOST_STEPS = 500;
  private static final long LOOK_MILLIS = 50;
  // Its neighbour has just been ended, and it has opened its session.
  private static final long SETTLE_MILLIS = 1_000;

  @Override
  public String name() {
    return "pool";
  }

  @Override
  public String about() {
    return "a warm pool: from asking to the first step's result";
  }

  @Override
  public void run(Lab lab) throws Exception {
    Workers workers = lab.workers();
    lab.part("process", () -> measure(lab, workers.process(), "process"));
    lab.part("docker", workers.dockerMissing(), () -> measure(lab, workers.docker(Transport.SOCKET), "docker, by its socket"));
  }

  private static List<Figure> measure(Lab lab, SandboxProvider provider, String what) throws Exception {
    Path sessions = lab.fresh("pool-sessions");
    List<Double> millis = new ArrayList<>();
    int times = lab.times(4);
    // Who keeps workers ready is a program that runs: this host has run steps before.
    try (WorkerSession before = WorkerSession.open(provider, Workers.sessions(sessions, "512m"), WorkerSession.DEAF)) {
      for (int i = 0; i < HOST_STEPS; i++) {
        before.query("SELECT 1 AS x");
      }
    }
    try (SandboxPool pool =
        new SandboxPool(
            provider,
            Workers.sessions(sessions, "512m"),
            PoolSettings.ready(1).expecting(times + 1),
            InstantSource.system(),
            System::nanoTime)) {
      for (int i = 0; i <= times; i++) {
        while (pool.ready() == 0) {
          TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        long start = System.nanoTime();
        try (PooledSession session = pool.take()) {
          WorkerSession.query(session.session(WorkerSession.DEAF), "s", "SELECT 1 AS x");
          if (i > 0) {
            millis.add((System.nanoTime() - start) / 1e6);
          }
        }
      }
    }
    Lab.delete(sessions);
    return List.of(Figure.of("warm pool to the first step's result, " + what, "ms", millis, LIMIT_MILLIS, "--memory 512m, a pool of one, by a host that has run 500 steps; goal 10"));
  }
}
