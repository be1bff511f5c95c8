package dev.osiris.host.transfer;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionCommands;
import dev.osiris.host.session.SessionListener;
import dev.osiris.host.session.TransferFailed;
import dev.osiris.step.StepId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The worker has a disk of its own. Used by the thread of the run. */
final class OwnDisk implements Transfer {
  private final Sandbox sandbox;
  private final SessionFolder folder;
  private final Settings settings;
  private final StagedGrants grants;
  private @Nullable JournalCopy journal;

  OwnDisk(Sandbox sandbox, SessionFolder folder, Settings settings, StagedGrants grants) {
    this.sandbox = sandbox;
    this.folder = folder;
    this.settings = settings;
    this.grants = grants;
  }

  @Override
  public boolean continuable() {
    return settings.mirror() && (journal == null || journal.whole());
  }

  @Override
  public void bringBack(Set<StepId> read) throws TransferFailed, InterruptedException {
    new SessionRestore(folder.path(), folder.session(), settings.nanos())
        .into(sandbox.address(), sandbox.token(), read);
  }

  @Override
  public SessionListener hearing(SessionListener listener) {
    JournalCopy copy = new JournalCopy(folder.path(), folder.session(), listener, settings.notes());
    journal = copy;
    return copy;
  }

  @Override
  public SessionCommands around(SessionClient session) {
    return grants.around(
        session,
        (client, notes) ->
            settings.mirror() ? new Mirror(client, folder, settings.disk(), notes) : null);
  }

  @Override
  public void close() {
    grants.close();
    JournalCopy copy = journal;
    if (copy != null) {
      copy.close();
    }
  }
}
