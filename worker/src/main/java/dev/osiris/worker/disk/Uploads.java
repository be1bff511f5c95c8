package dev.osiris.worker.disk;

import dev.osiris.failure.DiskFull;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The uploads of one session: those under way, by the file in which they arrive, and what all of
 * them may take on disk together. Thread-safe.
 */
public final class Uploads {

  // An end that the host did not hear of is asked for soon after.
  private static final int REMEMBERED = 1_024;

  private final DiskBudget disk;
  // Held by whoever makes files or folders for the host; the end waits for them.
  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
  // Guarded by open.
  private boolean closed;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final Map<Path, Upload> underWay = new HashMap<>();
  private final Map<Path, Long> ended = new LinkedHashMap<>();
  private final Map<Path, Long> held = new HashMap<>();

  /** What makes files or folders. */
  public interface Work<T> {
    T run() throws IOException;
  }

  /**
   * @param disk from which what the host brings is taken, finished or not
   */
  public Uploads(DiskBudget disk) {
    this.disk = disk;
  }

  /**
   * Makes files or folders for the host, unless the session has ended: nothing may come to be in a
   * folder that is being removed.
   *
   * @throws ClosedChannelException when it has ended
   */
  public <T> T whileOpen(Work<T> work) throws IOException {
    open.readLock().lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      return work.run();
    } finally {
      open.readLock().unlock();
    }
  }

  /**
   * The upload that arrives in a file, begun if it is not known.
   *
   * @param digests whether its SHA-256 is taken
   * @throws StepException {@code LIMIT_REACHED} or {@code DISK_FULL}
   */
  public Upload begin(Path partial, long totalBytes, boolean digests) throws IOException {
    return whileOpen(() -> beginOpen(partial, totalBytes, digests));
  }

  private Upload beginOpen(Path partial, long totalBytes, boolean digests) throws IOException {
    Upload upload;
    lock.lock();
    try {
      Files.createDirectories(partial.resolveSibling("."));
      Upload known = underWay.get(partial);
      if (known != null && known.totalBytes() == totalBytes) {
        return known;
      }
      long before = known == null ? 0 : known.totalBytes();
      disk.giveBack(before);
      if (!disk.take(totalBytes)) {
        underWay.remove(partial);
        throw new StepException(
            Failure.of(
                    FailureCode.LIMIT_REACHED,
                    "the session may hold " + disk.limit() + " on disk, and this file is too much")
                .advise("set --disk higher, or let steps read less"));
      }
      upload = new Upload(partial, totalBytes, digests);
      underWay.put(partial, upload);
      ended.remove(partial);
    } finally {
      lock.unlock();
    }
    // Looked at before much is written; what others write meanwhile is met when writing.
    if (Files.getFileStore(partial.resolveSibling(".")).getUsableSpace() < totalBytes) {
      discard(partial);
      throw new StepException(DiskFull.failure());
    }
    return upload;
  }

  /** Ends what is under way and begins nothing more, so that its folder can go. */
  public void close() throws IOException {
    open.writeLock().lock();
    closed = true;
    open.writeLock().unlock();
    List<Upload> left;
    lock.lock();
    try {
      left = List.copyOf(underWay.values());
    } finally {
      lock.unlock();
    }
    for (Upload upload : left) {
      upload.end();
    }
  }

  /** How much of an upload is there; its size when it has ended. */
  public long arrived(Path partial) {
    lock.lock();
    try {
      Upload upload = underWay.get(partial);
      return upload == null ? ended.getOrDefault(partial, 0L) : upload.arrived();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The file has its name now.
   *
   * @param target the name; what was brought under it before is replaced
   */
  public void end(Path partial, Path target) {
    lock.lock();
    try {
      Upload upload = underWay.remove(partial);
      if (upload != null) {
        ended.put(partial, upload.totalBytes());
        Long replaced = held.put(target, upload.totalBytes());
        disk.giveBack(replaced == null ? 0 : replaced);
      }
      if (ended.size() > REMEMBERED) {
        ended.remove(ended.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  /** A file is gone. It gives back what it took, which is nothing when a step had written it. */
  public void removed(Path target) {
    lock.lock();
    try {
      Long bytes = held.remove(target);
      disk.giveBack(bytes == null ? 0 : bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Nothing stays of it. */
  public void discard(Path partial) throws IOException {
    Upload upload;
    lock.lock();
    try {
      upload = underWay.remove(partial);
      disk.giveBack(upload == null ? 0 : upload.totalBytes());
    } finally {
      lock.unlock();
    }
    if (upload != null) {
      upload.discard();
    }
  }
}
