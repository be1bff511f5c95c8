package bench.cases;

import bench.DatabaseServer;
import bench.DatabaseServer.Kind;
import bench.ProcessUse;
import bench.WorkerSession;
import bench.Workers;
import bench.Lab;
import dev.osiris.host.session.SessionListener;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import dev.osiris.unit.Secret;
import java.nio.file.Path;
import java.util.Map;

/** One worker that runs steps against one server, and what they take. Used by one thread. */
final class DatabaseSteps implements AutoCloseable {

  private final DatabaseServer server;
  private final Kind kind;
  private final WorkerSession session;
  private final Path folder;
  private final Peak peak;
  private int steps;

  /**
   * What a run has taken.
   *
   * @param millis from the command to the result
   * @param workerSeconds of processor, in the worker
   * @param serverSeconds likewise
   * @param rows read or written
   * @param peakBytes of the worker's memory, by its own word
   */
  record Taken(String step, double millis, double workerSeconds, double serverSeconds, long rows, double peakBytes) {

    /** Both, one after the other. */
    Taken and(Taken next) {
      return new Taken(
          next.step,
          millis + next.millis,
          workerSeconds + next.workerSeconds,
          serverSeconds + next.serverSeconds,
          next.rows,
          Math.max(peakBytes, next.peakBytes));
    }
  }

  /** Keeps what a step says of its memory. */
  private static final class Peak implements SessionListener {
    private volatile double bytes;

    @Override
    public void event(JournalEntry entry) {
      if (entry.event() instanceof Event.MetricReported metric && metric.name().equals("peak_rss_bytes")) {
        bytes = metric.value();
      }
    }

    @Override
    public void connection(String change, String detail) {}
  }

  private DatabaseSteps(DatabaseServer server, Kind kind, WorkerSession session, Path folder, Peak peak) {
    this.server = server;
    this.kind = kind;
    this.session = session;
    this.folder = folder;
    this.peak = peak;
  }

  /** Starts the worker, with that limit. */
  static DatabaseSteps open(Lab lab, DatabaseServer server, Kind kind, String memory) throws Exception {
    Path folder = lab.fresh("databases-" + kind.word());
    Peak peak = new Peak();
    WorkerSession session = WorkerSession.open(lab.workers().process(), Workers.sessions(folder, memory), peak);
    return new DatabaseSteps(server, kind, session, folder, peak);
  }

  /** Reads a table or query of the server as a new step. */
  Taken extract(Map<String, Object> config) throws Exception {
    return run(family() + ".extractor", config, Map.of());
  }

  /** Writes what a step has made. */
  Taken write(Map<String, Object> config, String from) throws Exception {
    return run(family() + ".writer", config, Map.of("input", new InputRef(new StepId(from), null)));
  }

  /** A step of SQL over one that has run. */
  Taken transform(String sql, String from) throws Exception {
    return run("duckdb.processor", Map.of("query", sql), Map.of("input", new InputRef(new StepId(from), null)));
  }

  private Taken run(String component, Map<String, Object> config, Map<String, InputRef> inputs) throws Exception {
    String name = "s" + ++steps;
    ConnectionSpec connection =
        component.startsWith("duckdb")
            ? null
            : new ConnectionSpec(family(), "bench", server.fields(), Map.of("password", Secret.of(server.password())));
    StepSpec spec =
        new StepSpec(new StepId(name), "1", component, Map.copyOf(config), inputs, null, StepSpec.Resources.DEFAULT, null, connection);
    double server0 = server.serverSeconds();
    long worker0 = use().processorMillis();
    long start = System.nanoTime();
    var result = session.run(spec);
    double millis = (System.nanoTime() - start) / 1e6;
    long rows = result.outputs().rows() + result.written().stream().mapToLong(written -> written.rows()).sum();
    return new Taken(name, millis, (use().processorMillis() - worker0) / 1e3, server.serverSeconds() - server0, rows, peak.bytes);
  }

  private static ProcessUse use() {
    return ProcessUse.ofProcess(WorkerSession.pid());
  }

  private String family() {
    return kind == Kind.POSTGRES ? "postgres" : "mysql";
  }

  @Override
  public void close() throws Exception {
    session.close();
    Lab.delete(folder);
  }
}
