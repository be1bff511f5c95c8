package dev.osiris.host.run.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds a directory or a file for one user of one process, by a file beside it. The system's own
 * file lock decides, so a host that dies leaves nothing to clear; the pid in the file is for
 * people, and is gone once the lock is.
 */
public final class FileHold implements AutoCloseable {

  private final FileChannel channel;

  private FileHold(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes hold.
   *
   * @param file made where it is not there
   * @return empty when somebody has it, of this process too
   */
  static Optional<FileHold> take(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      if (tryLock(channel) == null) {
        return Optional.empty();
      }
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      channel.force(true);
      taken = true;
      return Optional.of(new FileHold(channel));
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  /** The process that has it, when one does; reads only. */
  static Optional<Long> owner(Path file) {
    return readPid(file)
        .filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }

  /** The same for a message. */
  static String ownerText(Path file) {
    return readPid(file).map(String::valueOf).orElse("(unknown)");
  }

  /** Lets go. The file stays, empty: removing it would let two processes lock two files. */
  @Override
  public void close() throws IOException {
    try (channel) {
      channel.truncate(0);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static Optional<Long> readPid(Path file) {
    try {
      return Optional.of(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
