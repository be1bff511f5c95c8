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
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what steps have written, to the places that they have written it to. What a worker says
 * is believed only where this host's own grants allow it.
 */
final class Targets {
  private final FileClient files;
  private final GrantedPaths paths;
  private final Inputs inputs;
  private final ByteSize most;
  private final TransferNotes notes;

  Targets(FileClient files, GrantedPaths paths, Inputs inputs, ByteSize most, TransferNotes notes) {
    this.files = files;
    this.paths = paths;
    this.inputs = inputs;
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
   * @throws StepException when the host may not write there
   */
  void fetch(StepSpec step, Written written)
      throws IOException, TransferFailed, InterruptedException {
    String path = written.target();
    Path place = paths.write(path, null);
    FileClient.Fetched fetched =
        Incoming.fetch(
            files,
            path,
            place,
            ".osiris-" + Integer.toHexString(path.hashCode()) + "-" + step.attempt() + ".partial",
            most.bytes(),
            notes.of("fetching", path));
    Long bytes = written.bytes();
    if (bytes != null && bytes != fetched.bytes()) {
      throw new TransferFailed(
          Failure.of(
                  FailureCode.DATA_CORRUPT,
                  "'" + path + "' has " + fetched.bytes() + " bytes, and the worker said " + bytes)
              .inFile(path),
          null);
    }
    inputs.isThere(place);
  }
}
