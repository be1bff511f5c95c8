package dev.osiris.host.sandbox.process;

import dev.osiris.budget.MemoryBudget;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.sandbox.WorkerAddress;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command line of a worker's JVM. It holds no secret: anybody may list processes. */
final class WorkerCommand {
  private static final String MAIN = "dev.osiris.worker.WorkerMain";

  /**
   * Made by {@code scripts/build}; a JVM that it does not fit passes it over. A worker starts
   * without one, only slower.
   */
  private static final String AOT_CACHE = "worker.aot";

  private final Path java;
  private final Path home;

  /**
   * @param java the program
   * @param home folder with the worker's jar, {@code lib/}, {@code native/} and {@code
   *     worker.options}
   */
  WorkerCommand(Path java, Path home) {
    this.java = java;
    this.home = home;
  }

  List<String> line(SandboxSpec spec, MemoryBudget budget, WorkerAddress listen, RunFolder folder)
      throws SandboxException {
    List<String> line = new ArrayList<>();
    line.add(java.toString());
    line.addAll(options(spec, budget));
    line.add("-cp");
    line.add(jar().toString());
    line.add(MAIN);
    line.addAll(arguments(spec, listen, folder));
    return List.copyOf(line);
  }

  /** Those that every worker has are in a file beside its jar. */
  private List<String> options(SandboxSpec spec, MemoryBudget budget) {
    List<String> options = new ArrayList<>();
    options.add("@" + home.resolve("worker.options"));
    options.add("-Xmx" + budget.heap().bytes());
    options.add("-XX:MaxDirectMemorySize=" + budget.direct().bytes());
    options.add("-XX:ActiveProcessorCount=" + spec.processors());
    options.add("-Djava.library.path=" + home.resolve("native"));
    Path cache = home.resolve(AOT_CACHE);
    if (Files.exists(cache)) {
      options.add("-XX:AOTCache=" + cache);
    }
    return options;
  }

  private static List<String> arguments(SandboxSpec spec, WorkerAddress listen, RunFolder folder) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--listen",
                listen.toString(),
                "--session-root",
                spec.sessionRoot().toString(),
                "--spill-dir",
                spec.spill().toString(),
                "--memory",
                Long.toString(spec.memory().bytes()),
                "--cpus",
                Integer.toString(spec.processors()),
                "--run-dir",
                folder.path().toString(),
                "--token-stdin",
                "--exit-on-stdin-end"));
    if (spec.rehearse()) {
      arguments.add("--rehearse");
    }
    if (spec.drivers() != null) {
      arguments.add("--drivers");
      arguments.add(spec.drivers().toString());
    }
    return arguments;
  }

  private Path jar() throws SandboxException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(home, "osiris-worker*.jar")) {
      for (Path jar : jars) {
        if (!jar.toString().endsWith("-sources.jar") && !jar.toString().endsWith("-tests.jar")) {
          return jar;
        }
      }
    } catch (IOException e) {
      throw missing(e);
    }
    throw missing(null);
  }

  private SandboxException missing(@Nullable IOException cause) {
    return SandboxException.cannotStart(
        "there is no worker in " + home,
        "Build it with scripts/build, or set -Dosiris.worker.home to the folder that holds"
            + " osiris-worker.jar.",
        cause);
  }
}
