package bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has needed of the machine's memory, by what was sampled.
 *
 * @param anonymousBytes most at once, of the process ({@code RssAnon})
 * @param majorFaults so far: pages that it had to wait for the disk for
 */
public record MemoryUse(long anonymousBytes, long majorFaults) {

  static final MemoryUse NONE = new MemoryUse(0, 0);

  // Of /proc/PID/stat, counted after the name in parentheses.
  private static final int MAJOR_FAULTS = 9;

  /** Nothing where the process is gone. */
  static MemoryUse ofProcess(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try {
      String stat = Files.readString(proc.resolve("stat"));
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
      return new MemoryUse(anonymousBytes(proc), Long.parseLong(fields.get(MAJOR_FAULTS)));
    } catch (IOException | UncheckedIOException | IndexOutOfBoundsException gone) {
      return NONE;
    }
  }

  private static long anonymousBytes(Path proc) throws IOException {
    return Files.readAllLines(proc.resolve("status")).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .sum();
  }

  MemoryUse max(MemoryUse other) {
    return new MemoryUse(Math.max(anonymousBytes, other.anonymousBytes), Math.max(majorFaults, other.majorFaults));
  }

  public double anonymousMiB() {
    return anonymousBytes / 1048576.0;
  }
}
