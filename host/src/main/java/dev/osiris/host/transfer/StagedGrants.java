package dev.osiris.host.transfer;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.grant.GrantedPaths;
import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.session.FileClient;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionCommands;
import dev.osiris.unit.Secret;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Files of granted folders that the worker cannot reach itself, brought and fetched around its
 * steps. Used by the thread of the run.
 */
final class StagedGrants implements AutoCloseable {
  private final Sandbox sandbox;
  private final SessionFolder folder;
  private final Transfer.Settings settings;
  private final Predicate<Path> seen;
  private @Nullable FileClient files;

  /**
   * @param seen whether the worker reads a file where the host has it
   */
  StagedGrants(
      Sandbox sandbox, SessionFolder folder, Transfer.Settings settings, Predicate<Path> seen) {
    this.sandbox = sandbox;
    this.folder = folder;
    this.settings = settings;
    this.seen = seen;
  }

  /**
   * The session's commands, with the transfers that belong to them.
   *
   * @param mirror makes what copies published files; it may give {@code null}
   */
  SessionCommands around(
      SessionClient session, BiFunction<FileClient, TransferNotes, @Nullable Mirror> mirror) {
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
    Inputs inputs = new Inputs(client, paths, seen, notes);
    return new TransferringCommands(
        session,
        session.ended(),
        new StepTransfer(
            new StepPaths(ComponentCatalog.of(session.opened().components())),
            inputs,
            new Targets(
                client, paths, inputs, new ResultOwner(settings.grants()), settings.disk(), notes),
            mirror.apply(client, notes)));
  }

  @Override
  public void close() {
    FileClient client = files;
    if (client != null) {
      client.close();
    }
  }
}
