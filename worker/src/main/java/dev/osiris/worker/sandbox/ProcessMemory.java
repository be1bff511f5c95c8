package dev.osiris.worker.sandbox;

import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the operating system says about this process's memory. Empty answers where it says nothing
 * (macOS).
 */
public final class ProcessMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ANONYMOUS = "RssAnon:";
  // Values above this mean "no limit" in cgroup v1.
  private static final long UNLIMITED = 1L << 60;

  private ProcessMemory() {}

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

  /** The memory limit of this process's cgroup, version 2 or 1. */
  public static Optional<ByteSize> cgroupLimit() {
    return read(Path.of("/sys/fs/cgroup"), cgroupOf(""), "memory.max")
        .or(() ->
            read(Path.of("/sys/fs/cgroup/memory"), cgroupOf("memory"), "memory.limit_in_bytes"));
  }

  private static Optional<ByteSize> read(Path mount, String group, String file) {
    // Inside a container the group's path is the host's, and the mount shows the group as its root.
    for (Path folder : new Path[] {Path.of(mount + group), mount}) {
      try {
        String text = Files.readString(folder.resolve(file)).strip();
        long bytes = text.equals("max") ? UNLIMITED : Long.parseLong(text);
        if (bytes < UNLIMITED) {
          return Optional.of(new ByteSize(bytes));
        }
      } catch (IOException | NumberFormatException e) {
        // No such controller here; the next place is asked.
        continue;
      }
    }
    return Optional.empty();
  }

  private static String cgroupOf(String controller) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
        String[] parts = line.split(":", 3);
        if (parts.length == 3
            && (parts[1].equals(controller)
                || parts[1].matches("(.*,)?" + controller + "(,.*)?"))) {
          return parts[2];
        }
      }
    } catch (IOException e) {
      return "";
    }
    return "";
  }
}
