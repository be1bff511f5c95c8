package dev.osiris.host.cli.setup;

import dev.osiris.host.config.HostConfig;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.docker.DockerEngine;
import dev.osiris.host.sandbox.docker.DockerSandboxProvider;
import dev.osiris.host.sandbox.process.ProcessSandboxProvider;
import dev.osiris.host.sandbox.remote.RemoteSandboxProvider;
import dev.osiris.host.session.WorkerConnection;
import java.nio.file.Path;
import java.util.Objects;

/** Finds the provider of a kind. */
public final class Sandboxes {
  private final HostEnvironment environment;

  public Sandboxes(HostEnvironment environment) {
    this.environment = environment;
  }

  public SandboxProvider provider(HostConfig.Sandbox sandbox) {
    return switch (sandbox.kind()) {
      case PROCESS -> process();
      case DOCKER ->
          new DockerSandboxProvider(engine(), sandbox.docker(), WorkerConnection.unixSocketsWork());
      // The loader has refused a remote sandbox without them.
      case REMOTE -> new RemoteSandboxProvider(Objects.requireNonNull(sandbox.remote()));
    };
  }

  /** The Docker engine of this environment. */
  public DockerEngine engine() {
    return new DockerEngine(environment.variables());
  }

  public ProcessSandboxProvider process() {
    Path home = environment.workerHome();
    if (home == null) {
      throw new UsageException(
          "nobody said where the worker is: start through scripts/osiris, or set"
              + " -Dosiris.worker.home to the folder that holds osiris-worker.jar");
    }
    return new ProcessSandboxProvider(
        Path.of(System.getProperty("java.home")), home, WorkerConnection.unixSocketsWork());
  }
}
