package bench.cases;

import bench.Case;
import bench.Figure;
import bench.Lab;
import bench.WorkerSession;
import bench.Workers;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.docker.DockerSettings.Transport;
import dev.osiris.host.session.SessionListener;
import dev.osiris.session.JournalEntry;
import dev.osiris.wire.WireLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Fifty sessions of 256 MB on this machine, all at once against two at a time. */
public final class Sessions50Case implements Case {

  private static final double THROUGHPUT = 0.9;
  private static final double LATE_SECONDS = 5;
  private static final int AT_A_TIME = 2;

  // One groups, one sorts, one only computes; together some seconds of processor time.
  private static final List<String> STEPS =
      List.of(
          "SELECT i % 100000 AS k, count(*) AS n, sum(hash(i) % 1000) AS s FROM range(10000000) t(i) GROUP BY k",
          "SELECT i, hash(i) AS h FROM range(1000000) t(i) ORDER BY h",
          "SELECT sum(sqrt(i) * sin(i)) AS x FROM range(20000000) t(i)");

  @Override
  public String name() {
    return "sessions50";
  }

  @Override
  public String about() {
    return "50 sessions at once against two at a time (13 GB of memory)";
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public void run(Lab lab) throws Exception {
    Workers workers = lab.workers();
    lab.part("process", () -> measure(lab, workers.process(), "process"));
    lab.part("docker", workers.dockerMissing(), () -> measure(lab, workers.docker(Transport.SOCKET), "docker"));
  }

  /**
   * How a number of sessions went.
   *
   * @param silentMillis longest time in which a session said nothing
   * @param lost why sessions did not end well
   */
  private record Outcome(double millis, double silentMillis, List<String> lost) {}

  private static List<Figure> measure(Lab lab, SandboxProvider provider, String kind) throws Exception {
    int sessions = lab.times(10);
    // A virtual machine gets most of this memory from its host when it is first touched.
    run(lab, provider, sessions, sessions);
    Outcome few = run(lab, provider, sessions, AT_A_TIME);
    Outcome all = run(lab, provider, sessions, sessions);
    String name = "%d sessions at once, %s: ".formatted(sessions, kind);
    double late = Math.max(0, all.silentMillis - WireLimits.HEARTBEAT.toMillis()) / 1e3;
    return List.of(
        Figure.atLeast(
            name + "throughput against two at a time",
            "x",
            List.of(few.millis / all.millis),
            THROUGHPUT,
            "%.1f s against %.1f s, starts included; --memory 256m, three steps each".formatted(all.millis / 1e3, few.millis / 1e3)),
        Figure.of(name + "sessions that did not end well", "sessions", all.lost.size(), 0, all.lost.stream().findFirst().orElse("none was killed")),
        Figure.of(
            name + "a heartbeat late by at most",
            "s",
            late,
            LATE_SECONDS,
            "one is due every %d s; no session said nothing for more than %.1f s".formatted(WireLimits.HEARTBEAT.toSeconds(), all.silentMillis / 1e3)));
  }

  private static Outcome run(Lab lab, SandboxProvider provider, int sessions, int atATime) throws Exception {
    Path root = lab.fresh("sessions50");
    List<Pulse> pulses = new ArrayList<>();
    List<Future<?>> ends = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(atATime)) {
      for (int i = 0; i < sessions; i++) {
        Pulse pulse = new Pulse();
        pulses.add(pulse);
        ends.add(threads.submit(() -> session(provider, root, pulse)));
      }
      for (Future<?> end : ends) {
        try {
          end.get();
        } catch (ExecutionException e) {
          lost.add(String.valueOf(e.getCause()));
        }
      }
    }
    double millis = (System.nanoTime() - start) / 1e6;
    Lab.delete(root);
    return new Outcome(millis, pulses.stream().mapToDouble(Pulse::longestMillis).max().orElse(0), lost);
  }

  private static Void session(SandboxProvider provider, Path root, Pulse pulse) throws Exception {
    try (WorkerSession session = WorkerSession.open(provider, Workers.sessions(root, "256m"), pulse)) {
      for (String step : STEPS) {
        session.query(step);
      }
      pulse.beat();
    }
    return null;
  }

  /** The longest time between two events of a session. */
  private static final class Pulse implements SessionListener {
    private long last;
    private long longest;

    @Override
    public void event(JournalEntry entry) {
      beat();
    }

    @Override
    public void connection(String change, String detail) {}

    synchronized void beat() {
      long now = System.nanoTime();
      longest = last == 0 ? 0 : Math.max(longest, now - last);
      last = now;
    }

    synchronized double longestMillis() {
      return longest / 1e6;
    }
  }
}
