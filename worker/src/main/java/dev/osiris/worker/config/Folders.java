package dev.osiris.worker.config;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the folders that a worker is told to use can be used, before it begins with anything. */
public final class Folders {

  private Folders() {}

  /**
   * Looks at all of them; those that it writes are made.
   *
   * @throws IllegalArgumentException naming the option, the folder and what is wrong with it
   */
  public static void require(WorkerConfig config) {
    // A host may have made the one session's folder in it, and let this user write only there.
    make("--session-root", config.sessionRoot());
    requireWritable("--spill-dir", config.spill().resolveSibling("").toAbsolutePath());
    Path health = config.health();
    if (health != null) {
      // Made again each second; whoever looks at its age would take the worker for dead.
      requireWritable("--health-file", health.toAbsolutePath().resolveSibling(""));
    }
    Path drivers = config.drivers();
    if (drivers != null && !(Files.isDirectory(drivers) && Files.isReadable(drivers))) {
      throw new IllegalArgumentException(
          "--drivers: there is no folder " + drivers.toAbsolutePath() + " to be read");
    }
  }

  private static void requireWritable(String option, Path folder) {
    make(option, folder);
    if (!Files.isWritable(folder)) {
      throw new IllegalArgumentException(
          option
              + ": nothing can be written in the folder "
              + folder
              + "; give it to this user, or mount a volume there if it is read-only");
    }
  }

  private static void make(String option, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          option + ": the folder " + folder + " cannot be made: " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    String told = e instanceof FileSystemException system ? system.getReason() : null;
    return told == null ? e.getClass().getSimpleName() : told;
  }
}
