package dev.osiris.host.transfer;

import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.session.SessionId;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.wire.EventJson;
import dev.osiris.wire.JournalReader;
import dev.osiris.wire.ReceivedEvent;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The host's copy of a journal, as a worker may believe it that has only what was mirrored: a step
 * whose files did not all arrive here has not ended.
 *
 * @param files what steps have published, relative to the session directory, as far as it is here
 * @param lost steps whose publication and success are not to be told
 */
record MirroredJournal(Path journal, Map<StepId, List<String>> files, Set<StepId> lost) {

  MirroredJournal {
    files = Map.copyOf(files);
    lost = Set.copyOf(lost);
  }

  /** Reads a journal and looks which of its files are in the session directory. */
  static MirroredJournal read(Path journal, Path sessionDir) throws IOException {
    Map<StepId, StepOutputs> published = new HashMap<>();
    each(
        journal,
        entry -> {
          switch (entry.event()) {
            case Event.OutputPublished output -> published.put(output.step(), output.outputs());
            case Event.OutputsReleased released -> released.steps().forEach(published::remove);
            default -> {
              // Other events say nothing about files.
            }
          }
        });
    Map<StepId, List<String>> files = new HashMap<>();
    Set<StepId> lost = new HashSet<>();
    published.forEach((step, outputs) -> {
      List<String> paths = SessionPaths.published(step, outputs).orElse(null);
      if (paths != null
          && paths.stream().allMatch(path -> Files.isRegularFile(sessionDir.resolve(path)))) {
        files.put(step, paths);
      } else {
        lost.add(step);
      }
    });
    return new MirroredJournal(journal, files, lost);
  }

  /** Writes the journal as it is to be told. */
  void write(Path to, SessionId session) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(to)) {
      out.write(EventJson.header(session) + "\n");
      each(
          journal,
          entry -> {
            if (!tellsOfLost(entry.event())) {
              out.write(EventJson.line(entry) + "\n");
            }
          });
    }
  }

  private boolean tellsOfLost(Event event) {
    return switch (event) {
      case Event.OutputPublished published -> lost.contains(published.step());
      case Event.StepEnded(StepResult.Succeeded done) -> lost.contains(done.step());
      default -> false;
    };
  }

  private interface Visitor {
    void visit(JournalEntry entry) throws IOException;
  }

  private static void each(Path journal, Visitor visitor) throws IOException {
    try (JournalReader reader = new JournalReader(Files.newInputStream(journal))) {
      Optional<ReceivedEvent> event = reader.next();
      while (event.isPresent()) {
        if (event.get() instanceof ReceivedEvent.Known known) {
          visitor.visit(known.entry());
        }
        event = reader.next();
      }
    }
  }
}
