package dev.osiris.host.run;

import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.session.FakeSandbox;
import dev.osiris.host.session.FakeWorker;

/** Gives out one sandbox around one fake worker. */
final class FakeProvider implements SandboxProvider {
  private final FakeSandbox sandbox;
  private SandboxSpec started;

  FakeProvider(FakeWorker worker) {
    this.sandbox = new FakeSandbox(worker);
  }

  FakeSandbox sandbox() {
    return sandbox;
  }

  SandboxSpec started() {
    return started;
  }

  @Override
  public String kind() {
    return "fake";
  }

  @Override
  public Sandbox start(SandboxSpec spec) throws SandboxException {
    started = spec;
    return sandbox;
  }
}
