package dev.osiris.worker.disk;

import dev.osiris.unit.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that arrives. What has arrived outlives the call that brought it: another {@link Turn}
 * goes on there, and the one before it writes nothing more. Thread-safe.
 */
public final class Upload {

  private final Path partial;
  private final long totalBytes;
  // The file is this object's only purpose, so it is written under the lock.
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final @Nullable MessageDigest digest;
  private long arrived;
  private @Nullable Turn turn;
  private boolean ended;

  /**
   * @param digests whether the file's SHA-256 is taken as it arrives
   */
  Upload(Path partial, long totalBytes, boolean digests) {
    this.partial = partial;
    this.totalBytes = totalBytes;
    this.digest = digests ? Sha256.start() : null;
  }

  /** Bytes from the file's beginning on that are there. */
  public long arrived() {
    lock.lock();
    try {
      return arrived;
    } finally {
      lock.unlock();
    }
  }

  public long totalBytes() {
    return totalBytes;
  }

  /**
   * Goes on at an offset; what is there behind it is dropped.
   *
   * @throws IllegalArgumentException when so much has not arrived
   */
  public Turn goOn(long offset) throws IOException {
    lock.lock();
    try {
      if (ended) {
        throw new ClosedChannelException();
      }
      if (offset > arrived) {
        throw new IllegalArgumentException(
            "only " + arrived + " bytes have arrived; go on from there");
      }
      Turn before = turn;
      if (before != null) {
        before.channel.close();
      }
      FileChannel channel =
          FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(offset);
      channel.position(offset);
      if (digest != null && offset < arrived) {
        rehash(digest, offset);
      }
      arrived = offset;
      Turn next = new Turn(channel);
      turn = next;
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void rehash(MessageDigest of, long bytes) throws IOException {
    of.reset();
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      long left = bytes;
      while (left > 0
          && channel.read(buffer.clear().limit((int) Math.min(buffer.capacity(), left))) >= 0) {
        left -= buffer.flip().remaining();
        of.update(buffer);
      }
    }
  }

  /** One call that brings a part of the file. */
  public final class Turn implements AutoCloseable {
    private final FileChannel channel;

    private Turn(FileChannel channel) {
      this.channel = channel;
    }

    /**
     * Adds bytes at the end.
     *
     * @return false when another turn has begun, and nothing was written
     * @throws IllegalArgumentException when the file would become larger than announced
     */
    public boolean write(Iterable<ByteBuffer> parts) throws IOException {
      lock.lock();
      try {
        if (turn != this) {
          return false;
        }
        for (ByteBuffer part : parts) {
          write(part);
        }
        return true;
      } finally {
        lock.unlock();
      }
    }

    private void write(ByteBuffer part) throws IOException {
      if (arrived + part.remaining() > totalBytes) {
        throw new IllegalArgumentException("a chunk goes beyond the announced size");
      }
      if (digest != null) {
        digest.update(part.duplicate());
      }
      while (part.hasRemaining()) {
        arrived += channel.write(part);
      }
    }

    /** SHA-256 of what has arrived, where it was wanted; only once, at the end. */
    public @Nullable String digest() {
      lock.lock();
      try {
        return digest == null ? null : Sha256.finish(digest);
      } finally {
        lock.unlock();
      }
    }

    /** What has arrived stays. */
    @Override
    public void close() throws IOException {
      lock.lock();
      try {
        channel.close();
        if (turn == this) {
          turn = null;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Nothing more is written. */
  void end() throws IOException {
    lock.lock();
    try {
      ended = true;
      if (turn != null) {
        turn.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Removes what has arrived. */
  void discard() throws IOException {
    Files.deleteIfExists(partial);
  }
}
