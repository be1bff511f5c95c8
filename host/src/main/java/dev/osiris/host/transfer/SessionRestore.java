package dev.osiris.host.transfer;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.sandbox.WorkerAddress;
import dev.osiris.host.session.FileClient;
import dev.osiris.host.session.TransferFailed;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.unit.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Brings a mirrored session to a worker that has not opened it yet: its journal, and of its files
 * those that are still to be read. Opening it there continues it.
 */
public final class SessionRestore {
  private static final String EVENTS = "logs/events.jsonl";
  private static final String METRICS = "logs/metrics.jsonl";

  private final Path folder;
  private final SessionId session;
  private final LongSupplier nanos;

  /**
   * @param sessionDir of the host, mirrored
   * @param nanos a clock that never goes back
   */
  public SessionRestore(Path sessionDir, SessionId session, LongSupplier nanos) {
    this.folder = sessionDir;
    this.session = session;
    this.nanos = nanos;
  }

  /**
   * Brings the session. A directory without a journal is a new session, of which nothing is
   * brought.
   *
   * @param token the worker's own
   * @param read steps whose outputs are still to be read
   */
  public void into(WorkerAddress worker, Secret token, Set<StepId> read)
      throws TransferFailed, InterruptedException {
    Path journal = folder.resolve(EVENTS);
    if (!Files.exists(journal)) {
      return;
    }
    Path told = folder.resolve("logs").resolve(".events.jsonl.partial");
    try (FileClient files = FileClient.of(worker, session, token, nanos)) {
      MirroredJournal mirrored = MirroredJournal.read(journal, folder);
      mirrored.write(told, session);
      bring(files, told, EVENTS);
      if (Files.exists(folder.resolve(METRICS))) {
        bring(files, folder.resolve(METRICS), METRICS);
      }
      for (StepId step : read) {
        for (String path : mirrored.files().getOrDefault(step, List.of())) {
          bring(files, folder.resolve(path), path);
        }
      }
    } catch (IOException e) {
      throw new TransferFailed(
          Failure.of(
                  FailureCode.FILE_UNREADABLE,
                  "the session's files cannot be read: "
                      + e.getClass().getSimpleName()
                      + " "
                      + e.getMessage())
              .inFile(folder.toString()),
          e);
    } finally {
      deleteQuietly(told);
    }
  }

  private static void bring(FileClient files, Path file, String path)
      throws TransferFailed, InterruptedException {
    var unused = files.upload(file, path, (moved, total) -> {});
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.getLogger(SessionRestore.class.getName())
          .log(System.Logger.Level.DEBUG, "{0} stays: {1}", file, e.toString());
    }
  }
}
