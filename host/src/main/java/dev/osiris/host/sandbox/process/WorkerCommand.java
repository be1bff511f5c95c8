package dev.osiris.host.sandbox.process;

import dev.osiris.budget.MemoryBudget;
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

  private final Path java;
  private final Path home;

  /**
   * @param java the program
   * @param home folder with the worker's jar, {@code lib/} and {@code native/}
   */
  WorkerCommand(Path java, Path home) {
    this.java = java;
    this.home = home;
  }

  List<String> line(SandboxSpec spec, MemoryBudget budget, WorkerAddress listen)
      throws SandboxException {
    List<String> line = new ArrayList<>();
    line.add(java.toString());
    line.addAll(flags(spec, budget));
    line.add("-cp");
    line.add(jar() + ":" + home.resolve("lib").resolve("*"));
    line.add(MAIN);
    line.addAll(arguments(spec, listen));
    return List.copyOf(line);
  }

  private List<String> flags(SandboxSpec spec, MemoryBudget budget) {
    return List.of(
        "-Xmx" + budget.heap().bytes(),
        "-XX:MaxDirectMemorySize=" + budget.direct().bytes(),
        "-Xss512k",
        "-XX:MaxMetaspaceSize=96m",
        "-XX:ReservedCodeCacheSize=48m",
        "-XX:+UseSerialGC",
        // The work is DuckDB's, in native code. The second compiler takes more processor
        // and memory from a small step than it could ever give back.
        "-XX:TieredStopAtLevel=1",
        "-XX:ActiveProcessorCount=" + spec.processors(),
        // A JVM without heap is no use to anybody; the host sees the exit code.
        "-XX:+ExitOnOutOfMemoryError",
        // A dump would hold secrets, an attached debugger would see them.
        "-XX:-HeapDumpOnOutOfMemoryError",
        "-XX:-CreateCoredumpOnCrash",
        "-XX:+DisableAttachMechanism",
        "-XX:-UsePerfData",
        "-Duser.timezone=UTC",
        "-Djava.library.path=" + home.resolve("native"),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
  }

  private static List<String> arguments(SandboxSpec spec, WorkerAddress listen) {
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
                "--token-stdin",
                "--exit-on-stdin-end"));
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
