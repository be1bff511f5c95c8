package dev.osiris.host.run;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.pool.PooledSession;
import dev.osiris.host.sandbox.pool.SandboxPool;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionListener;
import dev.osiris.host.session.SessionLost;
import dev.osiris.host.session.SessionSettings;
import dev.osiris.session.Command;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sessions that a pool has made ready. */
record PooledSandboxes(SandboxPool pool) implements SandboxSource {

  @Override
  public String kind() {
    return pool.provider().kind();
  }

  @Override
  public Place place(RunOptions options) throws IOException {
    if (!options.template().equals(pool.template())) {
      throw new IllegalArgumentException(
          "the pool's sessions are of another kind than the run's: "
              + pool.template()
              + " instead of "
              + options.template());
    }
    return new Pooled(pool.reserve(), pool.provider());
  }

  /** The pool's sandbox first; what replaces a lost one is started for this session alone. */
  private static final class Pooled implements Place, SandboxProvider {
    private final PooledSession session;
    private final SandboxProvider replacements;
    private final AtomicReference<@Nullable Sandbox> first = new AtomicReference<>();

    Pooled(PooledSession session, SandboxProvider replacements) {
      this.session = session;
      this.replacements = replacements;
    }

    @Override
    public SessionFolder folder() {
      return session.folder();
    }

    @Override
    public SandboxProvider provider() {
      return this;
    }

    @Override
    public String kind() {
      return replacements.kind();
    }

    @Override
    public Sandbox start(SandboxSpec spec) throws SandboxException, InterruptedException {
      Sandbox ready = session.sandbox();
      return first.compareAndSet(null, ready) ? ready : replacements.start(spec);
    }

    @Override
    public SessionClient open(
        Sandbox sandbox,
        Command.OpenSession open,
        SessionListener listener,
        SessionSettings settings)
        throws SessionLost, InterruptedException {
      return sandbox.equals(first.get())
          ? session.session(listener)
          : SessionClient.open(sandbox, open, listener, settings);
    }

    @Override
    public void close() throws IOException {
      session.close();
    }
  }
}
