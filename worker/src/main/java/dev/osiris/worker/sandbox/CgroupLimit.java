package dev.osiris.worker.sandbox;

import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The memory limit that the cgroups of a process put on it, of version 1 or 2: the least of its own
 * group and all around it.
 */
public final class CgroupLimit {

  private static final Path MOUNT = Path.of("/sys/fs/cgroup");
  private static final Path SELF = Path.of("/proc/self/cgroup");

  // Values above this mean "no limit" in version 1.
  private static final long UNLIMITED = 1L << 60;

  private CgroupLimit() {}

  /** Of this process; empty where nothing limits it. */
  public static Optional<ByteSize> ofThisProcess() {
    try {
      return of(MOUNT, Files.readString(SELF));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * As {@link #ofThisProcess}.
   *
   * @param mount where the hierarchies are mounted
   * @param self content of {@code /proc/self/cgroup}
   */
  static Optional<ByteSize> of(Path mount, String self) {
    boolean unified = Files.exists(mount.resolve("cgroup.controllers"));
    Path root = unified ? mount : mount.resolve("memory");
    String file = unified ? "memory.max" : "memory.limit_in_bytes";
    Optional<ByteSize> least = Optional.empty();
    for (Path at = own(root, self, unified);
        at != null && at.startsWith(root);
        at = at.getParent()) {
      Optional<ByteSize> here = read(at.resolve(file));
      if (here.isPresent() && (least.isEmpty() || here.get().compareTo(least.get()) < 0)) {
        least = here;
      }
    }
    return least;
  }

  /** {@code 4:memory:/path} in version 1, {@code 0::/path} in version 2. */
  private static Path own(Path root, String self, boolean unified) {
    return self.lines()
        .map(line -> line.split(":", 3))
        .filter(parts -> parts.length == 3)
        .filter(
            parts -> unified ? parts[1].isEmpty() : List.of(parts[1].split(",")).contains("memory"))
        .map(parts -> root.resolve(parts[2].replaceFirst("^/+", "")).normalize())
        // Inside a container the path is the host's, and the mount shows the group as its root.
        .filter(folder -> folder.startsWith(root) && Files.isDirectory(folder))
        .findFirst()
        .orElse(root);
  }

  private static Optional<ByteSize> read(Path file) {
    try {
      String text = Files.readString(file).strip();
      long bytes = text.equals("max") ? UNLIMITED : Long.parseLong(text);
      return bytes < UNLIMITED ? Optional.of(new ByteSize(bytes)) : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      // No such controller here; the group around it is asked.
      return Optional.empty();
    }
  }
}
