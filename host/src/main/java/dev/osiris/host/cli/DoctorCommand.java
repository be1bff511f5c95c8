package dev.osiris.host.cli;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.HostEnvironment;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.config.HostConfig;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.docker.DockerEngine;
import dev.osiris.host.sandbox.process.ProcessSandboxProvider;
import dev.osiris.host.session.WorkerConnection;
import dev.osiris.unit.ByteSize;
import dev.osiris.wire.WireLimits;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what works on this machine and what does not. */
@Command(
    name = "doctor",
    description = "Checks this machine: Java, the worker, cgroups, Docker, disk; and shows limits.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class DoctorCommand implements Callable<Integer> {
  private final HostEnvironment environment;
  private final Console console;
  private final Preparation preparation;

  @Mixin private Flags.Sessions sessions = new Flags.Sessions();
  @Mixin private Flags.SandboxFlags sandbox = new Flags.SandboxFlags();

  private boolean sound = true;

  DoctorCommand(HostEnvironment environment, Console console, Preparation preparation) {
    this.environment = environment;
    this.console = console;
    this.preparation = preparation;
  }

  @Override
  public Integer call() {
    Flags.Settings settings = new Flags.Settings();
    sessions.addTo(settings);
    sandbox.addTo(settings);
    HostConfig config = preparation.config(settings, null);
    sound = true;
    ok("osiris", VersionText.product());
    ok("java", Runtime.version() + " at " + System.getProperty("java.home"));
    worker();
    ok(
        "transport",
        WorkerConnection.unixSocketsWork() ? "Unix sockets" : "loopback (no Unix sockets here)");
    memory(config.sandbox());
    docker(config);
    disk(config.paths().sessionRoot());
    locale();
    console.result("");
    console.result("limits");
    console.result("  " + padded("smallest sandbox") + MemoryBudget.MINIMUM);
    console.result("  " + padded("memory a thread") + MemoryBudget.PER_THREAD);
    WireLimits.describe()
        .forEach((name, value) -> console.result("  " + padded(name.replace('_', ' ')) + value));
    return (sound ? ExitCode.SUCCEEDED : ExitCode.SANDBOX_FAILED).number();
  }

  private void worker() {
    Path home = environment.workerHome();
    if (home == null) {
      bad("worker", "nobody said where it is: start through scripts/osiris");
    } else if (!Files.isDirectory(home.resolve("lib"))) {
      bad("worker", "there is none in " + home + "; build it with scripts/build");
    } else {
      ok("worker", home.toString());
    }
  }

  private void memory(HostConfig.Sandbox wanted) {
    String cgroups = ProcessSandboxProvider.cgroups();
    if (ProcessSandboxProvider.cgroupsWork()) {
      ok("memory limit", cgroups + ": process sandboxes get one, and the kernel holds the limit");
    } else {
      ok(
          "memory limit",
          cgroups
              + ", and none may be made: process sandboxes rely on heap, memory_limit and a"
              + " watchdog");
    }
    Double cpus = wanted.cpus();
    int processors =
        cpus == null ? Runtime.getRuntime().availableProcessors() : (int) Math.ceil(cpus);
    try {
      MemoryBudget budget = MemoryBudget.of(wanted.memory(), processors);
      ok(
          "memory budget",
          budget.limit()
              + " are heap "
              + budget.heap()
              + ", DuckDB "
              + budget.duckdb()
              + " for "
              + budget.threads()
              + (budget.threads() == 1 ? " thread" : " threads")
              + ", reserve "
              + budget.reserve());
    } catch (IllegalArgumentException tooSmall) {
      bad("memory budget", String.valueOf(tooSmall.getMessage()));
    }
  }

  private void docker(HostConfig config) {
    String image = config.sandbox().docker().image();
    DockerEngine engine = new DockerEngine(environment.variables());
    try {
      ok("docker", "engine " + engine.version());
      int removed = engine.removeOrphans();
      if (removed > 0) {
        ok(
            "orphans",
            removed
                + (removed == 1 ? " container" : " containers")
                + " of hosts that were killed: removed");
      }
      if (engine.hasImage(image)) {
        ok("image", image);
      } else {
        hint("image", "there is no " + image + "; --sandbox docker needs it: scripts/image");
      }
    } catch (SandboxException e) {
      hint("docker", e.failure().message() + "; --sandbox docker is not available");
    }
  }

  private void disk(Path sessionRoot) {
    Path existing = sessionRoot;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null) {
      bad("disk", sessionRoot + " cannot be made");
      return;
    }
    try {
      FileStore store = Files.getFileStore(existing);
      String text = new ByteSize(store.getUsableSpace()) + " free for " + sessionRoot;
      if (store.type().equals("tmpfs")) {
        hint("disk", text + ", which is memory (tmpfs): choose another --session-root");
      } else if (Files.isWritable(existing)) {
        ok("disk", text);
      } else {
        bad("disk", existing + " is not writable; choose another --session-root");
      }
    } catch (IOException e) {
      bad("disk", existing + " cannot be read: " + e.getMessage());
    }
  }

  private void locale() {
    String names = System.getProperty("sun.jnu.encoding", "");
    if (names.equalsIgnoreCase("UTF-8")) {
      ok("file names", "UTF-8");
    } else {
      bad("file names", "encoded as " + names + ": set LC_ALL=C.UTF-8");
    }
  }

  private void ok(String what, String text) {
    console.result("ok    " + padded(what) + text);
  }

  private void hint(String what, String text) {
    console.result("note  " + padded(what) + text);
  }

  private void bad(String what, String text) {
    sound = false;
    console.result("FAIL  " + padded(what) + text);
  }

  private static String padded(String text) {
    return text + " ".repeat(Math.max(1, 18 - text.length()));
  }
}
