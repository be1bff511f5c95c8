package bench.cases;

import bench.DatabaseServer;
import bench.DatabaseServer.Kind;
import bench.ProcessUse;
import bench.WorkerSession;
import bench.Workers;
import bench.Lab;
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
  private int steps;

  /**
   * What a run has taken.
   *
   * @param millis from the command to the result
   * @param workerSeconds of processor, in the worker
   * @param serverSeconds likewise
   * @param rows read or written
   */
  record Taken(String step, double millis, double workerSeconds, double serverSeconds, long rows) {}

  private DatabaseSteps(DatabaseServer server, Kind kind, WorkerSession session, Path folder) {
    this.server = server;
    this.kind = kind;
    this.session = session;
    this.folder = folder;
  }

  /** Starts the worker, with that limit. */
  static DatabaseSteps open(Lab lab, DatabaseServer server, Kind kind, String memory) throws Exception {
    Path folder = lab.fresh("databases-" + kind.word());
    WorkerSession session = WorkerSession.open(lab.workers().process(), Workers.sessions(folder, memory), WorkerSession.DEAF);
    return new DatabaseSteps(server, kind, session, folder);
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
    return new Taken(name, millis, (use().processorMillis() - worker0) / 1e3, server.serverSeconds() - server0, rows);
  }

  /** The worker's memory and processor time, so far. */
  ProcessUse use() {
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
