package dev.osiris.host.transfer;

import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionCommands;
import dev.osiris.host.session.SessionListener;
import dev.osiris.step.StepId;
import java.util.Set;

/** Host and worker see the same session directory; granted folders are the host's to write. */
record SharedSession(StagedGrants grants) implements Transfer {

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
    return grants.around(session, (client, notes) -> null);
  }

  @Override
  public void close() {
    grants.close();
  }
}
