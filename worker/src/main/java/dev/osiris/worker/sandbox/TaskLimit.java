package dev.osiris.worker.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** How many threads and processes a container may have at once. */
public final class TaskLimit {

  private static final Path MOUNT = Path.of("/sys/fs/cgroup");

  private TaskLimit() {}

  /** Of this container; empty outside of one, and where nothing limits them. */
  public static OptionalLong ofThisContainer() {
    return of(MOUNT);
  }

  /**
   * As {@link #ofThisContainer}.
   *
   * @param mount where the hierarchies of cgroups, of version 1 or 2, are mounted
   */
  static OptionalLong of(Path mount) {
    for (Path file : List.of(mount.resolve("pids.max"), mount.resolve("pids/pids.max"))) {
      try {
        return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
      } catch (IOException | NumberFormatException e) {
        // Of the other version, or "max".
        continue;
      }
    }
    return OptionalLong.empty();
  }
}
