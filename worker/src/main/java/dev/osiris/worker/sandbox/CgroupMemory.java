package dev.osiris.worker.sandbox;

import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The cgroup, of version 1 or 2, whose memory limit holds a process: of its own group and all
 * around it the one with the least.
 *
 * @param unified whether it is of version 2
 */
public record CgroupMemory(Path folder, boolean unified, ByteSize limit) {

  private static final Path MOUNT = Path.of("/sys/fs/cgroup");
  private static final Path SELF = Path.of("/proc/self/cgroup");

  // Values above this mean "no limit" in version 1.
  private static final long UNLIMITED = 1L << 60;

  /** Of this process; empty where nothing limits it. */
  public static Optional<CgroupMemory> ofThisProcess() {
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
  static Optional<CgroupMemory> of(Path mount, String self) {
    boolean unified = Files.exists(mount.resolve("cgroup.controllers"));
    Path root = unified ? mount : mount.resolve("memory");
    String file = unified ? "memory.max" : "memory.limit_in_bytes";
    Optional<CgroupMemory> least = Optional.empty();
    for (Path at = own(root, self, unified);
        at != null && at.startsWith(root);
        at = at.getParent()) {
      ByteSize here = read(at.resolve(file)).orElse(null);
      if (here != null && (least.isEmpty() || here.compareTo(least.get().limit()) < 0)) {
        least = Optional.of(new CgroupMemory(at, unified, here));
      }
    }
    return least;
  }

  /**
   * Asks for the bytes that the kernel cannot get back without harm: all that is counted, less what
   * files on disk hold of it. Mapped files stay in, since those are the programs that run: a worker
   * whose code has to be read again and again hears of nothing in time (measured in a container,
   * whose image's files count; outside they are mostly counted elsewhere). For one thread at a
   * time; costs some tens of microseconds.
   *
   * @throws IOException when the group does not tell
   */
  public LongSupplier held() throws IOException {
    String prefix = unified ? "" : "total_";
    KernelFile usage =
        new KernelFile(folder.resolve(unified ? "memory.current" : "memory.usage_in_bytes"));
    KernelFile stat = new KernelFile(folder.resolve("memory.stat"));
    return () -> {
      try {
        long counted = Long.parseLong(usage.read().strip());
        String parts = "\n" + stat.read();
        return counted
            - field(parts, prefix + "active_file")
            - field(parts, prefix + "inactive_file")
            + field(parts, unified ? "file_mapped" : "total_mapped_file")
            - field(parts, "slab_reclaimable");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /** 0 for what this kernel does not count. */
  private static long field(String stat, String name) {
    int begin = stat.indexOf("\n" + name + " ");
    if (begin < 0) {
      return 0;
    }
    int value = begin + name.length() + 2;
    return Long.parseLong(stat, value, stat.indexOf('\n', value), 10);
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
