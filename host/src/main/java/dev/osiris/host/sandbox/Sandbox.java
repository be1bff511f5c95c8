package dev.osiris.host.sandbox;

import dev.osiris.unit.Secret;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A running sandbox with a worker that listens. Safe between threads; whoever started it closes it.
 */
public interface Sandbox extends AutoCloseable {

  /** {@code process}, {@code docker}; for people and reports. */
  String kind();

  WorkerAddress address();

  /** How host and worker talk, for people: {@code unix socket}, {@code exec bridge}. */
  default String transport() {
    return address().transport();
  }

  /** Opens a session in this worker. */
  Secret token();

  /** What people should know about this sandbox; mostly nothing. */
  default List<String> notes() {
    return List.of();
  }

  /** Whether the worker reads and writes the host's own session directory. */
  boolean sharesDisk();

  /**
   * How the worker gets at granted folders. Their paths have the same names on both sides in any
   * case. It shares them where it shares the disk, unless a kind of sandbox says otherwise.
   */
  default GrantAccess grantAccess() {
    return sharesDisk() ? new GrantAccess.Shared() : new GrantAccess.Staged();
  }

  default boolean alive() {
    return !exit().isDone();
  }

  /** Completes when the worker has ended, whoever ended it; never exceptionally. */
  CompletableFuture<SandboxExit> exit();

  /** Ends the worker if it still runs and removes what the sandbox made; idempotent. */
  @Override
  void close();
}
