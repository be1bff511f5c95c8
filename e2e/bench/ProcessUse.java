package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has needed of the machine, by what was sampled.
 *
 * @param anonymousBytes most at once, of the process ({@code RssAnon})
 * @param majorFaults so far: pages that it had to wait for the disk for
 * @param processorMillis so far, in user and kernel
 */
public record ProcessUse(long anonymousBytes, long majorFaults, long processorMillis) {

  static final ProcessUse NONE = new ProcessUse(0, 0, 0);

  // Of /proc/PID/stat, counted after the name in parentheses.
  private static final int MAJOR_FAULTS = 9;
  private static final int USER_TICKS = 11;
  private static final int KERNEL_TICKS = 12;
  private static final int TICK_MILLIS = 10;

  /** Nothing where the process is gone. */
  public static ProcessUse ofProcess(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try {
      String stat = Files.readString(proc.resolve("stat"));
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
      long ticks = Long.parseLong(fields.get(USER_TICKS)) + Long.parseLong(fields.get(KERNEL_TICKS));
      return new ProcessUse(Resident.of(pid).anonymousBytes(), Long.parseLong(fields.get(MAJOR_FAULTS)), TICK_MILLIS * ticks);
    } catch (IOException | IllegalStateException | IndexOutOfBoundsException gone) {
      return NONE;
    }
  }

  ProcessUse max(ProcessUse other) {
    return new ProcessUse(
        Math.max(anonymousBytes, other.anonymousBytes),
        Math.max(majorFaults, other.majorFaults),
        Math.max(processorMillis, other.processorMillis));
  }

  public double anonymousMiB() {
    return anonymousBytes / 1048576.0;
  }
}
