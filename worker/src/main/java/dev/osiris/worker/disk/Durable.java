package dev.osiris.worker.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** What it takes for a file to survive the loss of power. */
public final class Durable {

  private Durable() {}

  /** Forces a finished file to the disk, gives it its name in one step, and forces the name. */
  public static void rename(Path finished, Path target) throws IOException {
    force(finished);
    Files.move(
        finished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null) {
      forceFolder(folder);
    }
  }

  /** Forces a file's bytes. */
  public static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Forces the names in a folder. */
  public static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
