package bench;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.run.store.SessionNames;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SessionTemplate;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.session.FileClient;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionListener;
import dev.osiris.host.session.SessionSettings;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.step.StepResult;
import dev.osiris.step.StepSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** One session in a worker of its own, held by this JVM. Used by one thread. */
public final class WorkerSession implements AutoCloseable {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final SessionFolder folder;
  private final Sandbox sandbox;
  private final SessionClient client;
  private final long begun;
  private int steps;

  private WorkerSession(SessionFolder folder, Sandbox sandbox, SessionClient client, long begun) {
    this.folder = folder;
    this.sandbox = sandbox;
    this.client = client;
    this.begun = begun;
  }

  /** Hears nothing. */
  public static final SessionListener DEAF =
      new SessionListener() {
        @Override
        public void event(JournalEntry entry) {}

        @Override
        public void connection(String change, String detail) {}
      };

  /** Starts a worker and opens a session in it. */
  public static WorkerSession open(SandboxProvider provider, SessionTemplate template, SessionListener listener) throws Exception {
    SessionId id = SessionNames.next(InstantSource.system().instant(), RANDOM);
    SessionFolder folder = SessionFolder.create(template.sessionRoot(), id, InstantSource.system());
    long begun = System.nanoTime();
    Sandbox sandbox = provider.start(template.sandbox(id, folder.path()));
    try {
      SessionClient client =
          SessionClient.open(sandbox, template.open(id, sandbox.grantAccess(), false), listener, SessionSettings.standard(System::nanoTime));
      return new WorkerSession(folder, sandbox, client, begun);
    } catch (Exception e) {
      sandbox.close();
      folder.close();
      throw e;
    }
  }

  /** Since just before the worker's start. */
  public double ageMillis() {
    return (System.nanoTime() - begun) / 1e6;
  }

  /** Runs a query as a step; returns the milliseconds from the command to its end. */
  public double query(String sql) throws InterruptedException {
    return query(client, "s" + ++steps, sql);
  }

  /** The same in any session. */
  public static double query(SessionClient client, String step, String sql) throws InterruptedException {
    StepSpec spec =
        new StepSpec(
            new StepId(step), "1", "duckdb.processor", Map.of("query", sql), Map.of(), null, StepSpec.Resources.DEFAULT, null);
    long start = System.nanoTime();
    run(client, spec);
    return (System.nanoTime() - start) / 1e6;
  }

  /** Runs a step that must succeed. */
  public StepResult.Succeeded run(StepSpec spec) throws InterruptedException {
    return run(client, spec);
  }

  private static StepResult.Succeeded run(SessionClient client, StepSpec spec) throws InterruptedException {
    StepResult result;
    try {
      result = client.runStep(spec).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("step " + spec.id() + " was lost", e.getCause());
    }
    if (result instanceof StepResult.Succeeded succeeded) {
      return succeeded;
    }
    throw new IllegalStateException(result.toString());
  }

  /** Moves files to and from the session, by the worker's own address or by one in front of it. */
  public FileClient files(WorkerAddress address) {
    return FileClient.of(address, folder.session(), client.opened().sessionToken(), System::nanoTime);
  }

  public Sandbox sandbox() {
    return sandbox;
  }

  public Path directory() {
    return folder.path();
  }

  /** The process of the worker, where that is a child of this JVM and the only one. */
  public static long pid() {
    return OsirisRun.workers(ProcessHandle.current()).findFirst().orElseThrow(() -> new IllegalStateException("no worker runs")).pid();
  }

  @Override
  public void close() throws IOException {
    client.close();
    sandbox.close();
    folder.close();
  }
}
