package dev.osiris.host.cli.setup;

import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.session.DataClient;
import dev.osiris.host.session.DataRefused;
import dev.osiris.host.session.TableText;
import dev.osiris.session.SessionId;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads a session's published tables by a local worker. It opens no session, so nothing of the
 * directory is locked or written, and one that runs can be looked at.
 */
public final class SessionTables {
  private static final ByteSize MEMORY = ByteSize.ofMiB(512);
  private static final Duration START = Duration.ofSeconds(60);

  private final Sandboxes sandboxes;

  public SessionTables(Sandboxes sandboxes) {
    this.sandboxes = sandboxes;
  }

  /** What is asked of the worker. */
  public interface Question {
    TableText ask(DataClient data) throws DataRefused;
  }

  /**
   * Asks.
   *
   * @param sessionDir named as the session
   * @throws DataRefused when the worker refuses the question or it fails
   */
  public TableText ask(Path sessionDir, Question question)
      throws DataRefused, IOException, SandboxException, InterruptedException {
    Path real = sessionDir.toRealPath();
    Path root = Objects.requireNonNull(real.getParent());
    SessionId session = new SessionId(real.getFileName().toString());
    try (RunFolder folder = RunFolder.create();
        Sandbox sandbox = sandboxes.process().start(spec(session, root, folder));
        DataClient data = DataClient.of(sandbox.address(), session, sandbox.token())) {
      return question.ask(data);
    }
  }

  private static SandboxSpec spec(SessionId session, Path root, RunFolder folder) {
    return new SandboxSpec(
        session,
        root,
        MEMORY,
        Runtime.getRuntime().availableProcessors(),
        List.of(),
        null,
        Map.of(),
        folder.path().resolve("worker.log"),
        folder.path(),
        START);
  }
}
