package dev.osiris.host.sandbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cgroup below which one for a worker may be tried.
 *
 * @param unified whether it is of the version 2 hierarchy
 */
record CgroupParent(Path folder, boolean unified) {
  private static final Path MOUNT = Path.of("/sys/fs/cgroup");
  private static final Path SELF = Path.of("/proc/self/cgroup");

  /**
   * The places to try, this process's own cgroup first, so that limits around it go on to count;
   * empty where the system has none.
   */
  static List<CgroupParent> ofThisProcess() {
    try {
      return of(MOUNT, Files.readString(SELF));
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * As {@link #ofThisProcess}.
   *
   * @param self content of {@code /proc/self/cgroup}
   */
  static List<CgroupParent> of(Path mount, String self) {
    boolean unified = Files.exists(mount.resolve("cgroup.controllers"));
    Path root = unified ? mount : mount.resolve("memory");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    List<CgroupParent> parents = new ArrayList<>();
    for (Path at = own(root, self, unified); at != null && at.startsWith(root); at = up(at)) {
      parents.add(new CgroupParent(at, unified));
    }
    return List.copyOf(parents);
  }

  private static @Nullable Path up(Path folder) {
    return folder.getParent();
  }

  /** {@code 4:memory:/path} in version 1, {@code 0::/path} in version 2. */
  private static Path own(Path root, String self, boolean unified) {
    for (String line : self.split("\n", -1)) {
      String[] parts = line.split(":", 3);
      boolean ours =
          parts.length == 3
              && (unified ? parts[1].isEmpty() : List.of(parts[1].split(",")).contains("memory"));
      if (ours) {
        Path folder = root.resolve(parts[2].replaceFirst("^/+", "")).normalize();
        // In a container the path may be the host's, and not be there.
        return folder.startsWith(root) && Files.isDirectory(folder) ? folder : root;
      }
    }
    return root;
  }
}
