package dev.osiris.host.sandbox.remote;

import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.Secret;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A worker that was there before and stays afterwards. Nothing but its session's stream tells
 * whether it lives, so it counts as ended when this host lets go of it.
 */
final class RemoteSandbox implements Sandbox {
  private final WorkerAddress address;
  private final Secret token;
  private final ByteSize memory;
  private final List<String> notes;
  private final CompletableFuture<SandboxExit> exit = new CompletableFuture<>();

  RemoteSandbox(WorkerAddress address, Secret token, ByteSize memory, List<String> notes) {
    this.address = address;
    this.token = token;
    this.memory = memory;
    this.notes = List.copyOf(notes);
  }

  @Override
  public String kind() {
    return RemoteSandboxProvider.KIND;
  }

  @Override
  public WorkerAddress address() {
    return address;
  }

  @Override
  public Secret token() {
    return token;
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  /** Never: also a worker of this machine has a session root of its own. */
  @Override
  public boolean sharesDisk() {
    return false;
  }

  @Override
  public CompletableFuture<SandboxExit> exit() {
    return exit.copy();
  }

  @Override
  public void close() {
    exit.complete(new SandboxExit(null, false, memory, null));
  }
}
