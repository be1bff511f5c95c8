package dev.osiris.e2e.conformance;

import dev.osiris.e2e.harness.Docker;
import dev.osiris.e2e.harness.Keys;
import dev.osiris.host.sandbox.process.ProcessSandboxProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kinds of sandbox that must behave alike. A further one is a line here. */
enum Kind {
  PROCESS("process", ""),
  DOCKER_SOCKET("docker", "--transport socket"),
  DOCKER_PORT("docker", "--transport port"),
  DOCKER_BRIDGE("docker", "--transport bridge"),
  DOCKER_PORT_UNMOUNTED("docker", "--transport port --no-mount"),
  DOCKER_BRIDGE_UNMOUNTED("docker", "--transport bridge --no-mount"),
  REMOTE("remote", "");

  private final String sandbox;
  private final String flags;

  Kind(String sandbox, String flags) {
    this.sandbox = sandbox;
    this.flags = flags;
  }

  String sandbox() {
    return sandbox;
  }

  /** What {@code osiris run} is told to use it. */
  List<String> flags() {
    List<String> all = new ArrayList<>(List.of("--sandbox", sandbox));
    if (!flags.isEmpty()) {
      all.addAll(List.of(flags.split(" ")));
    }
    return all;
  }

  /** Why it cannot be tested here; empty when it can. */
  Optional<String> missing() {
    return switch (this) {
      case PROCESS -> Optional.empty();
      case REMOTE -> Keys.missing();
      default -> Docker.missing();
    };
  }

  boolean isContainer() {
    return sandbox.equals("docker");
  }

  boolean isMounted() {
    return this != REMOTE && !flags.contains("--no-mount");
  }

  /** Whether the run says how large the sandbox is; a worker that runs already has its size. */
  boolean isStartedByTheRun() {
    return this != REMOTE;
  }

  /** Why no kernel ends its worker at the memory limit; empty where one does. */
  Optional<String> unlimited() {
    return switch (this) {
      case PROCESS ->
          ProcessSandboxProvider.cgroupsWork()
              ? Optional.empty()
              : Optional.of("no cgroup can be made here, so nothing holds a process to its limit");
      case REMOTE -> Optional.of("whoever starts a remote worker limits it, not the run");
      default -> Optional.empty();
    };
  }
}
