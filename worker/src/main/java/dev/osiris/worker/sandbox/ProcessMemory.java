package dev.osiris.worker.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the operating system says about this process's memory. Empty answers where it says nothing
 * (macOS).
 */
public final class ProcessMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ANONYMOUS = "RssAnon:";

  private static final Path STAT = Path.of("/proc/self/stat");
  // Counted from the state on, which follows the name of the program in parentheses.
  private static final int MAJOR_FAULTS = 9;

  private ProcessMemory() {}

  /** How often this process had to wait for the disk to go on, since its start. */
  public static long majorFaults() {
    try {
      String stat = Files.readString(STAT, StandardCharsets.ISO_8859_1);
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[MAJOR_FAULTS]);
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Anonymous resident memory in bytes: what counts against a limit, without mapped libraries and
   * page cache. Cheap enough to ask at every step.
   */
  public static long anonymousBytes() {
    try {
      String status = Files.readString(STATUS, StandardCharsets.ISO_8859_1);
      int begin = status.indexOf(ANONYMOUS);
      int end = status.indexOf("kB", begin);
      return begin < 0
          ? 0
          : Long.parseLong(status.substring(begin + ANONYMOUS.length(), end).strip()) << 10;
    } catch (IOException e) {
      return 0;
    }
  }
}
