package dev.osiris.worker.sandbox;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file whose age tells a probe that has no JVM, such as a container's health check, whether this
 * worker serves: it is touched again and again, and removed when no more work is wanted. Safe for
 * use by several threads.
 */
public final class HealthFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthFile.class);

  private final Path file;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private boolean closed;

  /** Makes nothing yet. */
  public HealthFile(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /** Makes the file, or makes it as young as now; whoever looks at its age hears when it cannot. */
  public void touch() {
    lock.lock();
    try {
      if (!closed) {
        makeYoung();
      }
    } catch (IOException e) {
      LOG.warn("the health file {} cannot be touched: {}", file, e.toString());
    } finally {
      lock.unlock();
    }
  }

  private void makeYoung() throws IOException {
    try {
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    } catch (NoSuchFileException first) {
      Files.createFile(file);
    }
  }

  /** Removes the file for good. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      Files.deleteIfExists(file);
    } finally {
      lock.unlock();
    }
  }
}
