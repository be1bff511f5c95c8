package dev.osiris.host.transfer;

import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.sandbox.GrantAccess;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.session.SessionClient;
import dev.osiris.host.session.SessionCommands;
import dev.osiris.host.session.SessionListener;
import dev.osiris.host.session.TransferFailed;
import dev.osiris.session.Grant;
import dev.osiris.step.StepId;
import dev.osiris.unit.ByteSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How the files of a run get to its worker and back. What a step is asked and what it answers are
 * the same with either; a step has ended when its files are where they belong.
 */
public interface Transfer extends AutoCloseable {

  /**
   * What a run transfers.
   *
   * @param project folder of the host for relative paths
   * @param grants folders of the host that steps may reach
   * @param mirror whether published files are copied to the host's session directory
   * @param disk most bytes of one file that are fetched
   * @param notes hears, now and then, how far a long transfer is
   * @param nanos a clock that never goes back
   */
  record Settings(
      Path project,
      List<Grant> grants,
      boolean mirror,
      ByteSize disk,
      Consumer<String> notes,
      LongSupplier nanos) {
    public Settings {
      grants = List.copyOf(grants);
    }
  }

  /** The one that fits the sandbox. Whoever asks for it closes it, after the session. */
  static Transfer of(Sandbox sandbox, SessionFolder folder, Settings settings) {
    return switch (sandbox.grantAccess()) {
      case GrantAccess.Shared() -> new SharedSession(null);
      case GrantAccess.Seen seen ->
          new SharedSession(new StagedGrants(sandbox, folder, settings, seen.readable()));
      case GrantAccess.Staged() ->
          new OwnDisk(
              sandbox,
              folder,
              settings,
              new StagedGrants(sandbox, folder, settings, file -> false));
    };
  }

  /** Whether another worker finds what this one leaves. */
  boolean continuable();

  /**
   * Before the session is opened: brings to a fresh worker what an earlier one has left, as far as
   * it is still needed. Nothing is brought for a session that is new.
   *
   * @param read steps whose outputs are still to be read
   */
  void bringBack(Set<StepId> read) throws TransferFailed, InterruptedException;

  /** Hears the session for the run's listener. */
  SessionListener hearing(SessionListener listener);

  /** The session's commands, with the transfers that belong to them. */
  SessionCommands around(SessionClient session);

  @Override
  void close();
}
