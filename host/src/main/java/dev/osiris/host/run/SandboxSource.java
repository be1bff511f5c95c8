package dev.osiris.host.run;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.sandbox.SandboxProvider;
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

    @Override
    void close() throws IOException;
  }

  /** A new directory for each run, and a sandbox that is started when the run begins. */
  static SandboxSource fresh(SandboxProvider provider, InstantSource clock) {
    return new FreshSandboxes(provider, clock);
  }
}
