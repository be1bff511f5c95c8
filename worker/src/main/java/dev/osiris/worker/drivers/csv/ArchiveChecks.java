package dev.osiris.worker.drivers.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Checks packed files on a thread of its own while the engine loads them. Closing it ends the
 * thread.
 */
final class ArchiveChecks implements AutoCloseable {

  private final FutureTask<Boolean> task;
  private final Thread thread;

  private ArchiveChecks(FutureTask<Boolean> task, Thread thread) {
    this.task = task;
    this.thread = thread;
  }

  static ArchiveChecks start(List<Path> files, CsvOptions options) {
    FutureTask<Boolean> task =
        new FutureTask<>(() -> {
          for (Path file : files) {
            ArchiveCheck.verify(file, CsvHead.compression(file, options));
          }
          return true;
        });
    return new ArchiveChecks(task, Thread.ofPlatform().name("csv-archive-check").start(task));
  }

  /**
   * Waits for the verdict.
   *
   * @throws dev.osiris.failure.StepException {@code FILE_MALFORMED}
   */
  void await() throws IOException, InterruptedException {
    try {
      task.get();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case RuntimeException problem -> throw problem;
        case IOException problem -> throw problem;
        case null, default -> throw new IllegalStateException(failed.getCause());
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
