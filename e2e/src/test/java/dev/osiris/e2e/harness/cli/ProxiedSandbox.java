package dev.osiris.e2e.harness.cli;

import dev.osiris.host.sandbox.GrantAccess;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxExit;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.unit.Secret;
import java.util.concurrent.CompletableFuture;

/**
 * A sandbox whose worker is reached through a proxy.
 *
 * @param sharesDisk what the host is told
 */
record ProxiedSandbox(Sandbox sandbox, CuttingProxy proxy, boolean sharesDisk) implements Sandbox {
  @Override
  public String kind() {
    return sandbox.kind();
  }

  @Override
  public WorkerAddress address() {
    return new WorkerAddress.Unix(proxy.path());
  }

  @Override
  public Secret token() {
    return sandbox.token();
  }

  @Override
  public GrantAccess grantAccess() {
    return sharesDisk ? sandbox.grantAccess() : new GrantAccess.Staged();
  }

  @Override
  public CompletableFuture<SandboxExit> exit() {
    return sandbox.exit();
  }

  @Override
  public void close() {
    sandbox.close();
    proxy.close();
  }
}
