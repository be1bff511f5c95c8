package dev.osiris.host.transfer;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.grant.GrantedPaths;
import dev.osiris.host.session.FileClient;
import dev.osiris.host.session.TransferFailed;
import dev.osiris.step.StepSpec;
import dev.osiris.step.Written;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what steps have written, to the places that they have written it to. What a worker says
 * is believed only where this host's own grants allow it.
 */
final class Targets {
  private final FileClient files;
  private final GrantedPaths paths;
  private final Inputs inputs;
  private final ResultOwner owner;
  private final ByteSize most;
  private final TransferNotes notes;

  Targets(
      FileClient files,
      GrantedPaths paths,
      Inputs inputs,
      ResultOwner owner,
      ByteSize most,
      TransferNotes notes) {
    this.files = files;
    this.paths = paths;
    this.inputs = inputs;
    this.owner = owner;
    this.most = most;
    this.notes = notes;
  }

  /**
   * Looks whether a target could be written, before a step works for nothing.
   *
   * @throws StepException when it could not
   */
  void require(String path, @Nullable String baseDir) throws IOException {
    var unused = paths.target(path, baseDir);
  }

  /**
   * Fetches a file.
   *
   * @param asked targets of the step's configuration: a worker may have written no other
   * @throws StepException when the host may not write there, or the step was not asked to
   */
  void fetch(StepSpec step, Written written, List<String> asked)
      throws IOException, TransferFailed, InterruptedException {
    String path = written.target();
    Path target = paths.target(path, null);
    requireAsked(step, target, asked);
    Path before = existingFolder(target);
    Path place = paths.write(path, null);
    owner.giveFolders(place, before);
    var unused =
        Incoming.fetch(
            files,
            path,
            place,
            ".osiris-" + Integer.toHexString(path.hashCode()) + "-" + step.attempt() + ".partial",
            most.bytes(),
            notes.of("fetching", path),
            (arrived, bytes) -> {
              requireSize(written, bytes);
              owner.give(arrived);
            });
    inputs.arrived(path, place);
  }

  private static Path existingFolder(Path target) {
    Path folder = target.resolveSibling(".").normalize();
    while (!Files.exists(folder)) {
      folder = folder.resolveSibling(".").normalize();
    }
    return folder;
  }

  private void requireAsked(StepSpec step, Path place, List<String> asked) throws IOException {
    for (String target : asked) {
      if (paths.target(target, step.baseDir()).equals(place)) {
        return;
      }
    }
    throw new StepException(
        Failure.of(
                FailureCode.PATH_REFUSED,
                "the worker says that step '"
                    + step.id()
                    + "' has written '"
                    + place
                    + "', which is no target of its configuration; nothing was fetched")
            .inFile(place.toString())
            .advise("a driver writes to the paths in its output_path fields, and to no others"));
  }

  private static void requireSize(Written written, long bytes) throws TransferFailed {
    Long said = written.bytes();
    if (said != null && said != bytes) {
      throw new TransferFailed(
          Failure.of(
                  FailureCode.DATA_CORRUPT,
                  "'" + written.target() + "' has " + bytes + " bytes, and the worker said " + said)
              .inFile(written.target())
              .advise("run again; what was there before is still there"),
          null);
    }
  }
}
