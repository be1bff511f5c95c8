package dev.osiris.host.sandbox.process;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxParts;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.sandbox.WorkerLog;
import dev.osiris.unit.Secret;
import dev.osiris.wire.BearerToken;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Starts workers as child JVMs. They talk over a Unix socket in a folder that only this user may
 * enter, or over loopback where there are no such sockets, and they end when their standard input
 * does, so none outlives the host.
 */
public final class ProcessSandboxProvider implements SandboxProvider {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path java;
  private final Path workerHome;
  private final boolean unixSockets;

  /**
   * @param javaHome of the JVM that runs workers
   * @param workerHome folder with the worker's jar, {@code lib/} and {@code native/}
   * @param unixSockets whether this machine's transport has them
   */
  public ProcessSandboxProvider(Path javaHome, Path workerHome, boolean unixSockets) {
    this.java = javaHome.resolve("bin").resolve("java");
    this.workerHome = workerHome.toAbsolutePath();
    this.unixSockets = unixSockets;
  }

  @Override
  public String kind() {
    return "process";
  }

  /** What this system has: {@code cgroup v1}, {@code cgroup v2} or {@code no cgroups}. */
  public static String cgroups() {
    return CgroupParent.ofThisProcess().stream()
        .findFirst()
        .map(own -> own.unified() ? "cgroup v2" : "cgroup v1")
        .orElse("no cgroups");
  }

  /** Whether a cgroup can hold a worker's memory here. */
  public static boolean cgroupsWork() {
    Optional<MemoryCgroup> probe =
        MemoryCgroup.create(
            CgroupParent.ofThisProcess(), "probe-" + UUID.randomUUID(), MemoryBudget.MINIMUM);
    probe.ifPresent(MemoryCgroup::close);
    return probe.isPresent();
  }

  @Override
  public Sandbox start(SandboxSpec spec) throws SandboxException, InterruptedException {
    MemoryBudget budget;
    try {
      budget = MemoryBudget.of(spec.memory(), spec.processors());
    } catch (IllegalArgumentException e) {
      throw SandboxException.unsuitable(
          "the sandbox is too small: " + e.getMessage(), "Set --memory higher.");
    }
    SandboxParts parts = new SandboxParts();
    try {
      RunFolder folder = parts.own(RunFolder.create());
      WorkerAddress listen =
          unixSockets
              ? new WorkerAddress.Unix(folder.socket())
              : new WorkerAddress.Tcp("127.0.0.1", 0);
      List<String> line = new WorkerCommand(java, workerHome).line(spec, budget, listen, folder);
      WorkerLog log = parts.own(WorkerLog.open(spec.log()));
      Optional<MemoryCgroup> cgroup =
          MemoryCgroup.create(CgroupParent.ofThisProcess(), cgroupName(spec), spec.memory());
      cgroup.ifPresent(parts::own);

      Secret token = BearerToken.create(RANDOM);
      Process process = spawn(spec, inside(cgroup, line));
      // The worker's own folder in --spill-dir, which one that is killed cannot remove itself.
      parts.own(new RunFolder(spec.spill().resolve(".spill-" + process.pid())));
      ProcessSandbox sandbox =
          new ProcessSandbox(process, log, parts, cgroup.orElse(null), token, spec.memory());
      parts.handOver();
      send(token, process.getOutputStream());
      sandbox.awaitReady(listen, spec.startTimeout());
      return sandbox;
    } catch (IOException e) {
      throw SandboxException.cannotStart(
          "the worker's process could not be started: " + e.getMessage(),
          "Check that " + java + " and the session directory are usable.",
          e);
    } finally {
      parts.closeUnlessHandedOver();
    }
  }

  /** Moving in before the JVM begins counts its memory from the first page. */
  private static List<String> inside(Optional<MemoryCgroup> cgroup, List<String> line) {
    if (cgroup.isEmpty()) {
      return line;
    }
    List<String> wrapped =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                "-c",
                "echo $$ > \"$0\" && exec \"$@\"",
                cgroup.get().procs().toString()));
    wrapped.addAll(line);
    return wrapped;
  }

  private static Process spawn(SandboxSpec spec, List<String> line) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.directory(spec.sessionDir().toFile());
    Map<String, String> env = builder.environment();
    env.clear();
    env.put("LC_ALL", "C.UTF-8");
    env.put("TZ", "UTC");
    env.putAll(MemoryBudget.ENVIRONMENT);
    env.putAll(spec.env());
    return builder.start();
  }

  /** Sends the token; a worker that is gone already is found by who waits for it. */
  private static void send(Secret token, OutputStream stdin) {
    try {
      stdin.write((token.reveal() + "\n").getBytes(StandardCharsets.US_ASCII));
      stdin.flush();
    } catch (IOException e) {
      System.getLogger(ProcessSandboxProvider.class.getName())
          .log(System.Logger.Level.DEBUG, "the worker does not read its token: {0}", e.toString());
    }
  }

  /** Of the session and this start: a session may be resumed while its old group still empties. */
  private static String cgroupName(SandboxSpec spec) {
    return spec.session().value() + "-" + UUID.randomUUID().toString().substring(0, 8);
  }
}
