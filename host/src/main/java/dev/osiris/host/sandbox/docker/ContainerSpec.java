package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.sandbox.Credentials;
import dev.osiris.host.sandbox.HostProcess;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.sandbox.docker.DockerSettings.Transport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What one worker's container is: its limits, its folders, its command. */
record ContainerSpec(
    SandboxSpec sandbox, MemoryBudget budget, DockerSettings settings, ContainerDisk disk) {
  static final ExposedPort PORT = ExposedPort.tcp(7233);

  private static final double NANOS = 1e9;

  /** Where the worker is told to listen, as it sees it. */
  WorkerAddress listen() {
    return atPort()
        ? new WorkerAddress.Tcp("0.0.0.0", PORT.getPort())
        : new WorkerAddress.Unix(Path.of(disk.places().socket()));
  }

  boolean atPort() {
    return settings.transport() == Transport.PORT;
  }

  List<String> command() {
    ContainerDisk.Places places = disk.places();
    List<String> command =
        new ArrayList<>(
            List.of(
                "--listen",
                listen().toString(),
                "--session-root",
                places.sessionRoot(),
                "--spill-dir",
                places.spill(),
                "--memory",
                Long.toString(sandbox.memory().bytes()),
                "--cpus",
                Integer.toString(sandbox.processors()),
                "--token-file",
                places.run() + "/" + Credentials.TOKEN,
                "--run-dir",
                places.runDir()));
    if (atPort()) {
      command.addAll(
          List.of(
              "--tls-cert",
              places.run() + "/" + Credentials.CERTIFICATE,
              "--tls-key",
              places.run() + "/" + Credentials.KEY));
    }
    if (sandbox.rehearse()) {
      command.add("--rehearse");
    }
    if (places.drivers() != null) {
      command.addAll(List.of("--drivers", places.drivers()));
    }
    return command;
  }

  List<String> env() {
    List<String> env = new ArrayList<>();
    sandbox.env().forEach((name, value) -> env.add(name + "=" + value));
    env.add("OSIRIS_HEAP=" + budget.heap().bytes());
    env.add("LC_ALL=C.UTF-8");
    env.add("TZ=UTC");
    MemoryBudget.ENVIRONMENT.forEach((name, value) -> env.add(name + "=" + value));
    // On disk: the pages of a tmpfs count against the memory limit.
    env.add("TMPDIR=" + disk.places().run() + "/" + ContainerDisk.TEMPORARY);
    return env;
  }

  Map<String, String> labels(HostProcess host) {
    return Orphans.labels(sandbox.session().value(), host);
  }

  /**
   * None: the session's stream tells whether the worker lives, and the image's own check would
   * start a program in each container again and again.
   */
  HealthCheck healthCheck() {
    return new HealthCheck().withTest(List.of("NONE"));
  }

  HostConfig hostConfig() {
    HostConfig config =
        Confinement.confine(HostConfig.newHostConfig(), sandbox.memory())
            // Also when this host is killed: nobody else would.
            .withAutoRemove(true)
            .withNanoCPUs((long) (sandbox.cpus() * NANOS))
            .withMounts(disk.mounts())
            .withTmpFs(disk.memoryFolders())
            .withLogConfig(
                new LogConfig(
                    LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "1m", "max-file", "1")));
    if (settings.network() != null) {
      config.withNetworkMode(Objects.requireNonNull(settings.network()));
    }
    if (atPort()) {
      // Any free port, of the loopback alone.
      config.withPortBindings(new PortBinding(Ports.Binding.bindIp("127.0.0.1"), PORT));
    }
    return config;
  }
}
