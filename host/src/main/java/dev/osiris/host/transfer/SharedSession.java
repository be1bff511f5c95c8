package dev.osiris.host.transfer;

import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionCommands;
import dev.osiris.host.session.SessionListener;
import dev.osiris.step.StepId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Host and worker see the same session directory, and nothing of it is to be transferred.
 *
 * @param grants what is the host's to write; {@code null} when granted folders are the worker's,
 *     too
 */
record SharedSession(@Nullable StagedGrants grants) implements Transfer {

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
    return grants == null ? session : grants.around(session, (client, notes) -> null);
  }

  @Override
  public void close() {
    if (grants != null) {
      grants.close();
    }
  }
}
