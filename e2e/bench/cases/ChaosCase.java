package bench.cases;

import bench.Case;
import bench.DatabaseServer;
import bench.DatabaseServer.Kind;
import bench.Figure;
import bench.Lab;
import bench.cases.ChaosRun.Victim;
import bench.cases.ChaosRun.Work;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Workers, connections and servers killed at random moments of a step that reads or writes a million rows. What is counted is what
 * must never be: a row that is missing, wrong or there twice, a part of a write that a reader saw, a published file that changed or
 * stayed half done, and a retry that did not complete.
 */
public final class ChaosCase implements Case {

  private static final Map<Victim, Integer> KILLS = Map.of(Victim.WORKER, 20, Victim.CONNECTIONS, 5, Victim.SERVER, 5);

  @Override
  public String name() {
    return "chaos";
  }

  @Override
  public String about() {
    return "worker, connections and server killed while a step reads or writes PostgreSQL or MariaDB (Docker)";
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public void run(Lab lab) throws Exception {
    for (Kind kind : Kind.values()) {
      try (Servers servers = new Servers(lab, kind)) {
        for (Work work : Work.values()) {
          for (Victim victim : Victim.values()) {
            String part = "%s %s, %s killed".formatted(kind.word(), work.word(), victim.word());
            lab.part(part, lab.workers().containersMissing(), () -> kills(lab, servers.get(), kind, work, victim));
          }
        }
      }
    }
  }

  private static List<Figure> kills(Lab lab, DatabaseServer server, Kind kind, Work work, Victim victim) throws Exception {
    int kills = KILLS.get(victim);
    Random random = new Random(lab.seed() * 1_000_003 + victim.ordinal());
    int hit = 0;
    int wrong = 0;
    try (ChaosRun run = ChaosRun.prepare(lab, server, kind, work)) {
      for (int i = 0; i < kills; i++) {
        double moment = random.nextDouble();
        ChaosRun.Outcome outcome = run.killed(i, moment, victim);
        hit += outcome.attempts() > 1 ? 1 : 0;
        if (!outcome.faults().isEmpty()) {
          wrong++;
          System.err.printf(
              Locale.ROOT, "%s %s, %s killed at %.3f of the step (seed %d, run %d): %s%n",
              kind.word(), work.word(), victim.word(), moment, lab.seed(), i, outcome.faults());
        }
      }
    }
    String note = "%d kills at random moments of the step, seed %d; in %d of them the step was tried again".formatted(kills, lab.seed(), hit);
    return List.of(Figure.of("runs that ended with anything wrong", "runs", wrong, 0, note));
  }

  /** The server, from the first part that needs it. */
  private static final class Servers implements AutoCloseable {
    private final Lab lab;
    private final Kind kind;
    private DatabaseServer server;

    Servers(Lab lab, Kind kind) {
      this.lab = lab;
      this.kind = kind;
    }

    DatabaseServer get() throws Exception {
      if (server == null) {
        server = DatabaseServer.start(lab, kind);
      }
      return server;
    }

    @Override
    public void close() throws Exception {
      if (server != null) {
        server.close();
      }
    }
  }
}
