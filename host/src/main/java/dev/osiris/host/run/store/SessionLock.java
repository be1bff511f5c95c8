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
 * Holds a session directory for one host process. The system's own file lock decides, so a host
 * that dies leaves nothing to clear; the pid in the file is for people, and is gone once the lock
 * is.
 */
public final class SessionLock implements AutoCloseable {
  private static final String FILE = ".lock";

  private final FileChannel channel;

  private SessionLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws SessionInUse naming the process that has it
   */
  static SessionLock take(Path sessionDir) throws IOException, SessionInUse {
    FileChannel channel =
        FileChannel.open(
            sessionDir.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      if (tryLock(channel) == null) {
        String owner = readPid(sessionDir.resolve(FILE)).map(String::valueOf).orElse("(unknown)");
        throw SessionInUse.locked(String.valueOf(sessionDir.getFileName()), owner);
      }
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      channel.force(true);
      taken = true;
      return new SessionLock(channel);
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  /** The process that works on this session, when one does; reads only. */
  static Optional<Long> owner(Path sessionDir) {
    return readPid(sessionDir.resolve(FILE))
        .filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
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
