package dev.osiris.host.run;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.pool.SandboxPool;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionListener;
import dev.osiris.host.session.SessionLost;
import dev.osiris.host.session.SessionSettings;
import dev.osiris.session.Command;
import java.io.IOException;
import java.time.InstantSource;

/** Where runs get their session directories and sandboxes from. Safe between threads. */
public interface SandboxSource {

  /** {@code process}, {@code docker}; for people and reports. */
  String kind();

  /**
   * A place for one run. Waits for no worker: that is for the place's provider. The caller closes
   * it.
   *
   * @throws SessionInUse when the session directory is somebody's already
   * @throws IOException when the session directory cannot be made or written
   */
  Place place(RunOptions options) throws SessionInUse, IOException;

  /** The session directory of one run, and who starts the sandboxes in it. */
  interface Place extends AutoCloseable {

    /** Its session is the run's, whatever the options ask for. */
    SessionFolder folder();

    /** Its first sandbox may be there already. */
    SandboxProvider provider();

    /**
     * Opens the session in one of these sandboxes and waits until it is open; it may be already.
     *
     * @throws SessionLost when the worker refuses, ends or does not answer
     */
    SessionClient open(
        Sandbox sandbox,
        Command.OpenSession open,
        SessionListener listener,
        SessionSettings settings)
        throws SessionLost, InterruptedException;

    @Override
    void close() throws IOException;
  }

  /** Sessions that a pool has made ready. Their options must fit the pool's template. */
  static SandboxSource pooled(SandboxPool pool) {
    return new PooledSandboxes(pool);
  }

  /** A new directory for each run, and a sandbox that is started when the run begins. */
  static SandboxSource fresh(SandboxProvider provider, InstantSource clock) {
    return new FreshSandboxes(provider, clock);
  }
}
