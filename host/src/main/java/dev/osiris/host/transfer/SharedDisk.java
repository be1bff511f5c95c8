package dev.osiris.host.transfer;

import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionCommands;
import dev.osiris.host.session.SessionListener;
import dev.osiris.step.StepId;
import java.util.Set;

/** Host and worker see the same files: nothing is to be transferred. */
record SharedDisk() implements Transfer {

  @Override
  public boolean continuable() {
    return true;
  }

  @Override
  public void bringBack(Set<StepId> read) {
    // It is there.
  }

  @Override
  public SessionListener hearing(SessionListener listener) {
    return listener;
  }

  @Override
  public SessionCommands around(SessionClient session) {
    return session;
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
