package dev.osiris.e2e.harness.cli;

import dev.osiris.e2e.harness.Installation;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.sandbox.process.ProcessSandboxProvider;
import org.jspecify.annotations.Nullable;

/**
 * Real workers in child processes, behind a connection that a test can cut. Starts one at a time.
 */
public final class CuttingProvider implements SandboxProvider {

  private final SandboxProvider real =
      new ProcessSandboxProvider(Installation.javaHome(), Installation.workerHome(), true);
  private volatile @Nullable CuttingProxy proxy;

  @Override
  public String kind() {
    return real.kind();
  }

  @Override
  public Sandbox start(SandboxSpec spec) throws SandboxException, InterruptedException {
    Sandbox sandbox = real.start(spec);
    CuttingProxy before = CuttingProxy.before(((WorkerAddress.Unix) sandbox.address()).socket());
    proxy = before;
    return new ProxiedSandbox(sandbox, before, sandbox.sharesDisk());
  }

  /** Breaks every connection; new ones are welcome. */
  public void cut() {
    current().cut();
  }

  /** Breaks every connection, now and later. */
  public void cutForGood() {
    current().cutForGood();
  }

  /** Connections that the host has made so far. */
  public int connections() {
    return current().accepted();
  }

  private CuttingProxy current() {
    CuttingProxy running = proxy;
    if (running == null) {
      throw new IllegalStateException("nothing was started");
    }
    return running;
  }
}
