package dev.osiris.host.transfer;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.grant.GrantedPaths;
import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.session.FileClient;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionCommands;
import dev.osiris.host.session.SessionListener;
import dev.osiris.host.session.TransferFailed;
import dev.osiris.step.StepId;
import dev.osiris.unit.Secret;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The worker has a disk of its own. Used by the thread of the run. */
final class OwnDisk implements Transfer {
  private final Sandbox sandbox;
  private final SessionFolder folder;
  private final Settings settings;
  private @Nullable JournalCopy journal;
  private @Nullable FileClient files;

  OwnDisk(Sandbox sandbox, SessionFolder folder, Settings settings) {
    this.sandbox = sandbox;
    this.folder = folder;
    this.settings = settings;
  }

  @Override
  public boolean continuable() {
    return settings.mirror();
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
    Secret token = session.opened().sessionToken();
    FileClient client =
        FileClient.of(
            sandbox.address(),
            folder.session(),
            token == null ? sandbox.token() : token,
            settings.nanos());
    files = client;
    GrantedPaths paths =
        new GrantedPaths(settings.project(), settings.grants(), folder.path().resolveSibling("."));
    TransferNotes notes = new TransferNotes(settings.notes(), settings.nanos());
    Inputs inputs = new Inputs(client, paths, notes);
    return new TransferringCommands(
        session,
        session.ended(),
        new StepTransfer(
            new StepPaths(ComponentCatalog.of(session.opened().components())),
            inputs,
            new Targets(client, paths, inputs, settings.disk(), notes),
            settings.mirror() ? new Mirror(client, folder, settings.disk(), notes) : null));
  }

  @Override
  public void close() {
    FileClient client = files;
    if (client != null) {
      client.close();
    }
    JournalCopy copy = journal;
    if (copy != null) {
      copy.close();
    }
  }
}
