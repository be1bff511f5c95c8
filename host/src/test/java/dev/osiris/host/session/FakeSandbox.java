package dev.osiris.host.session;

import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.Secret;
import java.util.concurrent.CompletableFuture;

/** The sandbox of a {@link FakeWorker}; it ends when the test says so. */
public final class FakeSandbox implements Sandbox {
  private final FakeWorker worker;
  private final Secret token;
  private final CompletableFuture<SandboxExit> exit = new CompletableFuture<>();

  public FakeSandbox(FakeWorker worker) {
    this(worker, FakeWorker.TOKEN);
  }

  FakeSandbox(FakeWorker worker, Secret token) {
    this.worker = worker;
    this.token = token;
  }

  /** The worker is gone. */
  public void end(Integer code, boolean oomKilled) {
    worker.die();
    exit.complete(new SandboxExit(code, oomKilled, ByteSize.ofMiB(256), ByteSize.ofMiB(255)));
  }

  @Override
  public String kind() {
    return "fake";
  }

  @Override
  public WorkerAddress address() {
    return worker.address();
  }

  @Override
  public Secret token() {
    return token;
  }

  @Override
  public boolean sharesDisk() {
    return true;
  }

  @Override
  public CompletableFuture<SandboxExit> exit() {
    return exit.copy();
  }

  @Override
  public void close() {
    end(0, false);
  }
}
