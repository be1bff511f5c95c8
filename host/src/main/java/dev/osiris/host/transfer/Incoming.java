package dev.osiris.host.transfer;

import dev.osiris.host.session.FileClient;
import dev.osiris.host.session.TransferFailed;
import dev.osiris.host.session.TransferMeter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file of the worker that appears on this host whole or not at all. */
final class Incoming {

  private Incoming() {}

  /** Whether a file is what it is said to be. */
  interface Check {
    /**
     * @param arrived where it lies until it gets its name
     * @param bytes its size
     */
    void require(Path arrived, long bytes) throws IOException, TransferFailed;
  }

  /**
   * Fetches a file beside its place, forces it and gives it its name.
   *
   * @param path as the worker is asked for it
   * @param place an absolute path in a folder that exists
   * @param temporary name of the file while it is not whole
   * @param check looks at what has come; when it refuses, what was at the place stays
   * @return its size
   */
  static long fetch(
      FileClient files,
      String path,
      Path place,
      String temporary,
      long most,
      TransferMeter meter,
      Check check)
      throws IOException, TransferFailed, InterruptedException {
    Path partial = place.resolveSibling(temporary);
    try {
      Files.deleteIfExists(partial);
      long bytes = files.download(path, partial, most, meter);
      check.require(partial, bytes);
      Files.move(
          partial, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(place.resolveSibling("."));
      return bytes;
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** Forces the names in a folder. */
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
