package dev.osiris.host.sandbox.pool;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.run.store.SessionInUse;
import dev.osiris.host.run.store.SessionNames;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SessionTemplate;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionLost;
import dev.osiris.host.session.SessionSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Makes session directories, and workers with an open session in them. Safe between threads. */
final class WorkerStart {
  // Ids of one millisecond differ in 16 bits.
  private static final int TRIES = 20;

  private final SandboxProvider provider;
  private final SessionTemplate template;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final SecureRandom random = new SecureRandom();

  WorkerStart(
      SandboxProvider provider, SessionTemplate template, InstantSource clock, LongSupplier nanos) {
    this.provider = provider;
    this.template = template;
    this.clock = clock;
    this.nanos = nanos;
  }

  /** A new session directory, locked. */
  SessionFolder folder() throws IOException {
    for (int i = 1; ; i++) {
      try {
        return SessionFolder.create(
            template.sessionRoot(), SessionNames.next(clock.instant(), random), clock);
      } catch (SessionInUse e) {
        if (i == TRIES) {
          throw new IOException("no free session id was found below " + template.sessionRoot(), e);
        }
      }
    }
  }

  /** Starts a worker and opens the session of this directory in it. */
  ReadyWorker worker(SessionFolder folder) throws SandboxException, InterruptedException {
    Sandbox sandbox =
        provider.start(template.sandbox(folder.session(), folder.path()).rehearsing());
    boolean open = false;
    try {
      HeldEvents events = new HeldEvents();
      SessionClient session =
          SessionClient.open(
              sandbox,
              template.open(folder.session(), sandbox.grantAccess(), !sandbox.sharesDisk()),
              events,
              SessionSettings.standard(nanos));
      open = true;
      return new ReadyWorker(sandbox, session, events);
    } catch (SessionLost e) {
      throw SandboxException.noSession(e.failure());
    } finally {
      if (!open) {
        sandbox.close();
      }
    }
  }
}
