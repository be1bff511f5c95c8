package dev.osiris.host.transfer;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.grant.GrantedPaths;
import dev.osiris.host.session.FileClient;
import dev.osiris.host.session.FileClient.Stamp;
import dev.osiris.host.session.TransferFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings what steps read to the worker: each file once, and again when it has changed. Safe between
 * threads.
 */
final class Inputs {
  private final FileClient files;
  private final GrantedPaths paths;
  private final Predicate<Path> seen;
  private final TransferNotes notes;
  private final Map<Path, Copy> copies = new ConcurrentHashMap<>();

  /** The worker's copy of one file. Two steps that read it share one upload. */
  private static final class Copy {
    final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    @Nullable Stamp stamp;
  }

  /**
   * @param seen whether the worker reads a file where this host has it
   */
  Inputs(FileClient files, GrantedPaths paths, Predicate<Path> seen, TransferNotes notes) {
    this.files = files;
    this.paths = paths;
    this.seen = seen;
    this.notes = notes;
  }

  /**
   * Brings the files that a path or glob names.
   *
   * @throws StepException when they may not be read; what is missing is left to the worker to tell,
   *     which finds none either
   */
  void bring(String pathOrGlob, @Nullable String baseDir)
      throws IOException, TransferFailed, InterruptedException {
    List<Path> found;
    try {
      found = paths.read(pathOrGlob, baseDir);
    } catch (StepException refused) {
      if (refused.failure().code() == FailureCode.FILE_NOT_FOUND) {
        return;
      }
      throw refused;
    }
    for (Path file : found) {
      if (!seen.test(file)) {
        bring(file);
      }
    }
  }

  /** What is no longer here shall not be read there. */
  void forgetGone() throws TransferFailed, InterruptedException {
    for (Map.Entry<Path, Copy> known : copies.entrySet()) {
      if (!Files.exists(known.getKey())) {
        remove(known.getKey(), known.getValue());
      }
    }
  }

  private void remove(Path file, Copy copy) throws TransferFailed, InterruptedException {
    copy.lock.lockInterruptibly();
    try {
      if (copy.stamp != null && !Files.exists(file)) {
        files.remove(file.toString());
        copy.stamp = null;
      }
    } finally {
      copy.lock.unlock();
    }
  }

  private void bring(Path file) throws IOException, TransferFailed, InterruptedException {
    Copy copy = copies.computeIfAbsent(file.normalize(), path -> new Copy());
    copy.lock.lockInterruptibly();
    try {
      if (!Stamp.of(file).equals(copy.stamp)) {
        copy.stamp = files.upload(file, file.toString(), notes.of("uploading", file.toString()));
      }
    } finally {
      copy.lock.unlock();
    }
  }

  /**
   * A file that has just come from the worker need not go there again, nor stay there where it is
   * read here.
   *
   * @param path as the worker names it
   */
  void arrived(String path, Path file) throws IOException, InterruptedException {
    if (seen.test(file)) {
      removeQuietly(path);
      return;
    }
    Copy copy = copies.computeIfAbsent(file, key -> new Copy());
    copy.lock.lock();
    try {
      copy.stamp = Stamp.of(file);
    } finally {
      copy.lock.unlock();
    }
  }

  private void removeQuietly(String path) throws InterruptedException {
    try {
      files.remove(path);
    } catch (TransferFailed e) {
      // The result is here; the copy goes with the session.
      System.getLogger(Inputs.class.getName())
          .log(System.Logger.Level.DEBUG, "{0} stays with the worker: {1}", path, e.toString());
    }
  }
}
