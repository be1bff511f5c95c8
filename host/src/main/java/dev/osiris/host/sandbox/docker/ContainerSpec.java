package dev.osiris.host.sandbox.docker;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Volume;
import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.session.Grant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one worker's container is: its limits, its mounts, its command. */
record ContainerSpec(
    SandboxSpec sandbox, MemoryBudget budget, RunFolder folder, ContainerUser user) {
  private static final String RUN = "/run/osiris";
  static final String SOCKET = RUN + "/w.sock";
  static final String TOKEN_FILE = "token";
  static final String TEMPORARY = "tmp";
  private static final long PIDS = 512;
  private static final double NANOS = 1e9;
  // A path below it can be reached by nobody else in most images; a small folder covers it.
  private static final Path ROOT_HOME = Path.of("/root");

  List<String> command() {
    List<String> command =
        new ArrayList<>(
            List.of(
                "--listen",
                "unix:" + SOCKET,
                "--session-root",
                sandbox.sessionRoot().toString(),
                "--spill-dir",
                sandbox.spill().toString(),
                "--memory",
                Long.toString(sandbox.memory().bytes()),
                "--cpus",
                Integer.toString(sandbox.processors()),
                "--token-file",
                RUN + "/" + TOKEN_FILE));
    if (sandbox.drivers() != null) {
      command.add("--drivers");
      command.add(sandbox.drivers().toString());
    }
    return command;
  }

  List<String> env() {
    List<String> env = new ArrayList<>();
    sandbox.env().forEach((name, value) -> env.add(name + "=" + value));
    env.add("OSIRIS_HEAP=" + budget.heap().bytes());
    env.add("LC_ALL=C.UTF-8");
    env.add("TZ=UTC");
    env.add("MALLOC_ARENA_MAX=2");
    // On disk: the pages of a tmpfs count against the memory limit.
    env.add("TMPDIR=" + RUN + "/" + TEMPORARY);
    return env;
  }

  /** Folders that steps may write and the stand-in of root may not. */
  List<String> notes() {
    return sandbox.grants().stream()
        .filter(Grant::writable)
        .map(Grant::path)
        .filter(path -> !user.mayWrite(Path.of(path)))
        .map(path ->
            "this host is root, so the container is user "
                + user.uid()
                + ", which may not create files in "
                + path
                + "; let it (chown "
                + user.uid()
                + "), or run as another user")
        .toList();
  }

  Map<String, String> labels() {
    return Map.of("osiris", sandbox.session().value());
  }

  HostConfig hostConfig() {
    HostConfig config =
        HostConfig.newHostConfig()
            .withMemory(sandbox.memory().bytes())
            // The same number: memory and swap together, so none of it is swap.
            .withMemorySwap(sandbox.memory().bytes())
            .withNanoCPUs((long) (sandbox.cpus() * NANOS))
            .withPidsLimit(PIDS)
            .withReadonlyRootfs(true)
            .withCapDrop(Capability.ALL)
            .withSecurityOpts(List.of("no-new-privileges"))
            .withBinds(binds())
            .withLogConfig(
                new LogConfig(
                    LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "1m", "max-file", "1")));
    return needsRootHome()
        ? config.withTmpFs(Map.of(ROOT_HOME.toString(), "size=64k,mode=0755"))
        : config;
  }

  /**
   * Everything under its own name; a folder that is granted twice is writable when one grant is.
   */
  private List<Bind> binds() {
    Map<String, Boolean> writable = new LinkedHashMap<>();
    if (sandbox.drivers() != null) {
      writable.put(sandbox.drivers().toString(), false);
    }
    for (Grant grant : sandbox.grants()) {
      writable.merge(grant.path(), grant.writable(), Boolean::logicalOr);
    }
    writable.put(sandbox.sessionDir().toString(), true);
    List<Bind> binds = new ArrayList<>();
    writable.forEach((path, write) -> binds.add(bind(path, path, write)));
    binds.add(bind(folder.path().toString(), RUN, true));
    return binds;
  }

  private boolean needsRootHome() {
    return binds().stream()
        .anyMatch(bind -> Path.of(bind.getVolume().getPath()).startsWith(ROOT_HOME));
  }

  private static Bind bind(String host, String inside, boolean writable) {
    return new Bind(host, new Volume(inside), writable ? AccessMode.rw : AccessMode.ro);
  }
}
