package dev.osiris.worker.session;

import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.worker.disk.SessionDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;

/** What a session has published, read from its journal: for sessions that are not open here. */
public final class PublishedOutputs {

  private PublishedOutputs() {}

  /**
   * Reads the journal.
   *
   * @throws ProtocolViolation {@code NOT_FOUND} when there is no such session
   */
  public static Map<StepId, StepOutputs> of(SessionDirectory directory) throws IOException {
    if (!Files.isRegularFile(directory.journal())) {
      throw ProtocolViolation.unknownSession(directory.id().value());
    }
    return Ledger.of(JournalFile.readAll(directory.journal())).outputs();
  }
}
