package dev.osiris.worker.server;

import dev.osiris.session.Command;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.ProtocolVersions;
import dev.osiris.session.SessionId;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import dev.osiris.step.StepSpec;
import dev.osiris.wire.CommandCodec;
import dev.osiris.wire.EventCodec;
import dev.osiris.wire.ReceivedCommand;
import dev.osiris.wire.WireLimits;
import dev.osiris.worker.disk.SessionDirectory;
import dev.osiris.worker.session.Journal;
import dev.osiris.worker.session.Session;
import dev.osiris.worker.session.SessionFactory;
import dev.osiris.worker.session.SessionSlot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of the worker with itself, before anybody hears of it: two small steps, from the
 * messages that ask for them to those that tell their end. A JVM loads and compiles most of what a
 * step needs with the first one, which takes some tenths of a second; whoever keeps workers ready
 * has them spend that time beforehand.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final SessionId SESSION = new SessionId("rehearsal");
  private static final long PATIENCE_SECONDS = 20;
  private static final int EVENTS = 1_000;

  private final SessionFactory sessions;
  private final Path folder;

  /**
   * @param sessions opens them below the folder
   * @param folder removed afterwards
   */
  public Rehearsal(SessionFactory sessions, Path folder) {
    this.sessions = sessions;
    this.folder = folder;
  }

  /** Runs it. What goes wrong is logged: the worker serves all the same, and tells its hosts. */
  public void run() throws InterruptedException {
    try {
      // Nothing is let go of: the first real session is to find it.
      SessionSlot slot = new SessionSlot(sessions, () -> {});
      Session session =
          slot.open(
              new Command.OpenSession(
                  ProtocolVersions.SUPPORTED,
                  SESSION,
                  folder.toString(),
                  List.of(),
                  Duration.ofSeconds(PATIENCE_SECONDS),
                  WireLimits.DISK));
      step(session, "first", Map.of());
      step(session, "second", Map.of("input", new InputRef(new StepId("first"), null)));
      slot.close("rehearsed", "");
      SessionDirectory.deleteTree(folder);
    } catch (IOException | RuntimeException | ExecutionException | TimeoutException e) {
      LOG.warn("the rehearsal failed; the first step will take longer", e);
    }
  }

  private static void step(Session session, String id, Map<String, InputRef> inputs)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    String query = inputs.isEmpty() ? "SELECT 1 AS x" : "SELECT * FROM input";
    StepSpec step =
        new StepSpec(
            new StepId(id),
            "1",
            "duckdb.processor",
            Map.of("query", query),
            inputs,
            null,
            StepSpec.Resources.DEFAULT,
            null);
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Journal.Listener listener =
        () -> {
          if (hasEnded(session, step)) {
            ended.complete(null);
          }
        };
    session.journal().addListener(listener);
    if (CommandCodec.decode(CommandCodec.encode(id, new Command.RunStep(step)))
        instanceof ReceivedCommand.Known(String command, Command.RunStep run)) {
      session.attempts().run(run.step(), command);
    }
    ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    session.journal().removeListener(listener);
  }

  /** Reads and encodes all events, as an attachment does. */
  private static boolean hasEnded(Session session, StepSpec step) {
    try {
      boolean ended = false;
      for (JournalEntry entry : session.journal().read(0, EVENTS)) {
        var unused = EventCodec.encode(entry);
        ended |=
            entry.event() instanceof Event.StepEnded end && end.result().step().equals(step.id());
      }
      return ended;
    } catch (IOException e) {
      return true;
    }
  }
}
