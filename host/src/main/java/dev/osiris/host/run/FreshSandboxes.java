package dev.osiris.host.run;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionListener;
import dev.osiris.host.session.SessionLost;
import dev.osiris.host.session.SessionSettings;
import dev.osiris.session.Command;
import java.io.IOException;
import java.time.InstantSource;

/** A new session directory for each run, and a sandbox that is started when the run begins. */
record FreshSandboxes(SandboxProvider provider, InstantSource clock) implements SandboxSource {

  @Override
  public String kind() {
    return provider.kind();
  }

  @Override
  public Place place(RunOptions options) throws SessionInUse, IOException {
    return new Fresh(
        SessionFolder.create(options.sessionRoot(), options.session(), clock), provider);
  }

  private record Fresh(SessionFolder folder, SandboxProvider provider) implements Place {
    @Override
    public SessionClient open(
        Sandbox sandbox,
        Command.OpenSession open,
        SessionListener listener,
        SessionSettings settings)
        throws SessionLost, InterruptedException {
      return SessionClient.open(sandbox, open, listener, settings);
    }

    @Override
    public void close() throws IOException {
      folder.close();
    }
  }
}
