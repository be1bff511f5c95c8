package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that ran to its end in a cgroup, its memory sampled.
 *
 * @param exit 137 where it was killed
 * @param output of standard output
 * @param error of standard error
 * @param timedOut whether it was ended for taking too long
 */
public record Watched(int exit, double wallMillis, String output, String error, ProcessUse use, boolean oomKilled, boolean timedOut) {

  private static final long SAMPLE_MILLIS = 20;

  /** Runs a command in a folder; {@code limitBytes} of 0 means no cgroup. */
  public static Watched run(Path folder, long limitBytes, Duration timeout, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    if (limitBytes == 0) {
      return run(folder, List.of(), timeout, environment, command, null);
    }
    try (Cgroup cgroup = Cgroup.of(limitBytes)) {
      return run(folder, cgroup.prefix(), timeout, environment, command, cgroup);
    }
  }

  private static Watched run(
      Path folder, List<String> prefix, Duration timeout, Map<String, String> environment, List<String> command, Cgroup cgroup)
      throws IOException, InterruptedException {
    Path output = folder.resolve("baseline.out");
    Path error = folder.resolve("baseline.err");
    List<String> line = new ArrayList<>(prefix);
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.redirectOutput(output.toFile()).redirectError(error.toFile()).environment().putAll(environment);
    long start = System.nanoTime();
    Process process = builder.start();
    ProcessUse use = ProcessUse.NONE;
    boolean late = false;
    while (!process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
      use = use.max(ProcessUse.ofProcess(process.pid()));
      if (System.nanoTime() - start > timeout.toNanos()) {
        late = true;
        process.destroyForcibly();
      }
    }
    double wall = (System.nanoTime() - start) / 1e6;
    boolean killed = cgroup != null && cgroup.oomKilled();
    return new Watched(process.exitValue(), wall, Files.readString(output), Files.readString(error), use, killed, late);
  }

  public boolean succeeded() {
    return exit == 0 && !timedOut;
  }
}
