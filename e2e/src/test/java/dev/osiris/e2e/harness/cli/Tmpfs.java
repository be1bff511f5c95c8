package dev.osiris.e2e.harness.cli;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Small disks, where this user may mount one. */
public final class Tmpfs {

  private Tmpfs() {}

  /**
   * Mounts a file system of that size, or gives the test up as not run. {@link #unmountBelow} takes
   * it away.
   */
  public static Path mount(Path folder, String size) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CliResult mounted =
        Command.run(
            folder.getParent(),
            Map.of(),
            List.of(
                "/bin/mount",
                "-t",
                "tmpfs",
                "-o",
                "size=" + size,
                "osiris-e2e",
                folder.toString()));
    assumeThat(mounted.exit()).as("a small tmpfs can be mounted: " + mounted.stderr()).isZero();
    return folder;
  }

  /** Unmounts all that was mounted below a folder. */
  public static void unmountBelow(Path folder) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
        String at = line.split(" ")[1];
        if (line.startsWith("osiris-e2e ") && at.startsWith(folder.toString())) {
          CliResult gone = Command.run(folder, Map.of(), List.of("/bin/umount", at));
          if (gone.exit() != 0) {
            throw new AssertionError("stays mounted: " + at + " " + gone.stderr());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
