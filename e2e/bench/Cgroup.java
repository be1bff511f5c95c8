package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** A memory cgroup (v1) for a baseline: the limit that a sandbox has, without swap. */
public final class Cgroup implements AutoCloseable {

  private static final Path CONTROLLER = Path.of("/sys/fs/cgroup/memory");

  private final Path folder;

  private Cgroup(Path folder) {
    this.folder = folder;
  }

  public static Cgroup of(long bytes) throws IOException {
    String own =
        Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
            .map(line -> line.split(":", 3))
            .filter(parts -> parts[1].equals("memory"))
            .map(parts -> parts[2].substring(1))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("this case needs memory cgroups of version 1 that it may write to"));
    Cgroup made = new Cgroup(Files.createDirectories(CONTROLLER.resolve(own).resolve("osiris-bench-" + UUID.randomUUID())));
    Files.writeString(made.folder.resolve("memory.limit_in_bytes"), Long.toString(bytes));
    Path swap = made.folder.resolve("memory.memsw.limit_in_bytes");
    if (Files.exists(swap)) {
      Files.writeString(swap, Long.toString(bytes));
    }
    return made;
  }

  /** What a command is started by, to run in here from its first page on. */
  public List<String> prefix() {
    return List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", folder.resolve("cgroup.procs").toString());
  }

  /** Whether the kernel killed a process in here at the limit. */
  public boolean oomKilled() throws IOException {
    return Files.readAllLines(folder.resolve("memory.oom_control")).stream()
        .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
  }

  @Override
  public void close() throws IOException {
    Files.delete(folder);
  }
}
