package dev.osiris.host.transfer;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.session.FileClient;
import dev.osiris.host.session.TransferFailed;
import dev.osiris.step.OutputFile;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.unit.ByteSize;
import dev.osiris.unit.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies of what steps publish, in the host's session directory under the same names. */
final class Mirror {
  private final FileClient files;
  private final SessionFolder folder;
  private final ByteSize most;
  private final TransferNotes notes;

  Mirror(FileClient files, SessionFolder folder, ByteSize most, TransferNotes notes) {
    this.files = files;
    this.folder = folder;
    this.most = most;
    this.notes = notes;
  }

  /** Fetches what a step has published. */
  void outputs(StepId step, StepOutputs outputs)
      throws IOException, TransferFailed, InterruptedException {
    List<String> paths = SessionPaths.published(step, outputs).orElseThrow(() -> foreign(step));
    for (String path : paths) {
      fetch(
          path,
          (arrived, bytes) -> {
            for (OutputFile file : outputs.files()) {
              if (file.path().equals(path)) {
                requireSame(file, arrived, bytes);
              }
            }
          });
    }
  }

  private static void requireSame(OutputFile file, Path arrived, long bytes)
      throws IOException, TransferFailed {
    if (bytes != file.bytes() || !Sha256.of(arrived).equals(file.sha256())) {
      throw new TransferFailed(
          Failure.of(
                  FailureCode.DATA_CORRUPT,
                  "'" + file.path() + "' is not what the step published: its digest differs")
              .inFile(file.path())
              .advise("run again"),
          null);
    }
  }

  /** Fetches what a step leaves for people, as far as it is there. */
  void artifacts(StepId step, @Nullable String rejects)
      throws IOException, TransferFailed, InterruptedException {
    for (String name : List.of("config.json", "schema.json", "ddl_plan.sql")) {
      fetchIfThere(SessionPaths.artifact(step, name));
    }
    String known = SessionPaths.artifact(step, "rejects.jsonl");
    if (known.equals(rejects)) {
      fetchIfThere(known);
    }
  }

  /** The worker has deleted it. */
  void release(StepId step) throws IOException {
    Files.deleteIfExists(folder.path().resolve(SessionPaths.data(step)));
  }

  private void fetchIfThere(String path) throws IOException, TransferFailed, InterruptedException {
    try {
      fetch(path, (arrived, bytes) -> {});
    } catch (TransferFailed failed) {
      if (!failed.isMissing()) {
        throw failed;
      }
    }
  }

  private void fetch(String path, Incoming.Check check)
      throws IOException, TransferFailed, InterruptedException {
    Path place = folder.path().resolve(path);
    Path parent = place.resolveSibling(".").normalize();
    Files.createDirectories(parent);
    if (!parent.toRealPath().startsWith(folder.path())
        || Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("'" + place + "' leads out of the session directory");
    }
    long bytes =
        Incoming.fetch(
            files,
            path,
            place,
            "." + place.getFileName() + ".partial",
            most.bytes(),
            notes.of("mirroring", path),
            check);
    folder.log().write("mirrored", Map.of("path", path, "bytes", bytes));
  }

  private static TransferFailed foreign(StepId step) {
    return new TransferFailed(
        Failure.of(
                FailureCode.PATH_REFUSED,
                "the worker says that step '" + step + "' has published files that are not its own")
            .advise("do not use this worker; host and worker must be of the same release"),
        null);
  }
}
