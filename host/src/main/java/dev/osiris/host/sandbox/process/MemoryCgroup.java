package dev.osiris.host.sandbox.process;

import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A memory cgroup (v1 or v2) made for one worker: the kernel holds the limit, and tells afterwards
 * whether it had to kill.
 *
 * <p>Whether this user may make one is found out by doing it, moving a process in included; nothing
 * here fails, it is then just not there.
 */
final class MemoryCgroup implements AutoCloseable {
  private static final String GROUP = "osiris";
  private static final Duration STALE_AFTER = Duration.ofMinutes(1);
  private static final int REMOVE_TRIES = 50;
  private static final long REMOVE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Names of the kernel's files. */
  private record Layout(String limit, String swap, String kills, String peak) {
    static final Layout V1 =
        new Layout(
            "memory.limit_in_bytes",
            "memory.memsw.limit_in_bytes",
            "memory.oom_control",
            "memory.max_usage_in_bytes");
    static final Layout V2 =
        new Layout("memory.max", "memory.swap.max", "memory.events", "memory.peak");
  }

  private final Path folder;
  private final Layout layout;

  private MemoryCgroup(Path folder, Layout layout) {
    this.folder = folder;
    this.layout = layout;
  }

  /** Makes one below the first of these places that allows it. */
  static Optional<MemoryCgroup> create(List<CgroupParent> parents, String name, ByteSize limit) {
    for (CgroupParent parent : parents) {
      Optional<MemoryCgroup> made = createIn(parent, name, limit);
      if (made.isPresent()) {
        return made;
      }
    }
    return Optional.empty();
  }

  private static Optional<MemoryCgroup> createIn(CgroupParent parent, String name, ByteSize limit) {
    Layout layout = parent.unified() ? Layout.V2 : Layout.V1;
    Path group = parent.folder().resolve(GROUP);
    try {
      if (parent.unified()) {
        enableMemory(parent.folder());
      }
      Files.createDirectories(group);
      if (parent.unified()) {
        enableMemory(group);
      }
      removeStale(group);
      MemoryCgroup made = new MemoryCgroup(Files.createDirectory(group.resolve(name)), layout);
      if (made.limitTo(limit, parent.unified()) && made.takesProcesses()) {
        return Optional.of(made);
      }
      made.close();
      return Optional.empty();
    } catch (IOException e) {
      // No such controller, or not ours to use: the next place, or the worker's own watchdog.
      return Optional.empty();
    }
  }

  /** Where a process writes its own id to move in, before it becomes the worker. */
  Path procs() {
    return folder.resolve("cgroup.procs");
  }

  /** Whether the kernel killed a process of this group at the limit. */
  boolean oomKilled() {
    return field(layout.kills, "oom_kill").orElse(0L) > 0;
  }

  /** Most memory that was charged, page cache included. */
  Optional<ByteSize> peak() {
    return read(layout.peak).map(text -> new ByteSize(Long.parseLong(text.strip())));
  }

  /** Removes the group. The kernel refuses while the last process is still going: asks again. */
  @Override
  public void close() {
    for (int tries = 0; tries < REMOVE_TRIES; tries++) {
      try {
        Files.deleteIfExists(folder);
        return;
      } catch (IOException e) {
        LockSupport.parkNanos(REMOVE_PAUSE_NANOS);
      }
    }
    System.getLogger(MemoryCgroup.class.getName())
        .log(System.Logger.Level.DEBUG, "cgroup {0} stays behind", folder);
  }

  private boolean limitTo(ByteSize limit, boolean unified) throws IOException {
    Files.writeString(folder.resolve(layout.limit), Long.toString(limit.bytes()));
    Path swap = folder.resolve(layout.swap);
    if (Files.exists(swap)) {
      // v1 counts memory and swap together, v2 swap alone: no swap either way.
      Files.writeString(swap, unified ? "0" : Long.toString(limit.bytes()));
    }
    return read(layout.kills).isPresent();
  }

  private boolean takesProcesses() throws IOException {
    Process probe =
        new ProcessBuilder("/bin/sh", "-c", "echo $$ > \"$0\"", procs().toString())
            .redirectErrorStream(true)
            .start();
    probe.getInputStream().readAllBytes();
    return probe.onExit().join().exitValue() == 0;
  }

  private Optional<Long> field(String file, String key) {
    return read(file)
        .flatMap(text ->
            text.lines()
                .filter(line -> line.startsWith(key + " "))
                .map(line -> Long.parseLong(line.substring(key.length() + 1).strip()))
                .findFirst());
  }

  private Optional<String> read(String file) {
    try {
      return Optional.of(Files.readString(folder.resolve(file)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void enableMemory(Path folder) throws IOException {
    Path control = folder.resolve("cgroup.subtree_control");
    if (!Files.readString(control).contains("memory")) {
      Files.writeString(control, "+memory");
    }
  }

  /** Groups of hosts that were killed: the kernel removes only empty ones. */
  private static void removeStale(Path group) throws IOException {
    Instant youngest = Instant.now().minus(STALE_AFTER);
    try (DirectoryStream<Path> old = Files.newDirectoryStream(group, Files::isDirectory)) {
      for (Path folder : old) {
        if (Files.getLastModifiedTime(folder).toInstant().isBefore(youngest)
            && Files.readString(folder.resolve("cgroup.procs")).isBlank()) {
          Files.deleteIfExists(folder);
        }
      }
    }
  }
}
