package dev.osiris.worker.session;

import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted, how it ended and what it left: the journal, folded. It is why a command that
 * comes twice runs once.
 *
 * <p>Not thread-safe; the session guards it.
 */
final class Ledger {

  /** Names one attempt of one step. */
  record Key(StepId step, String attempt) {}

  /**
   * @param result {@code null} while the attempt runs, and for ever when the worker died over it
   */
  record Entry(String digest, @Nullable StepResult result) {}

  private final Map<Key, Entry> attempts = new HashMap<>();
  private final Map<StepId, StepOutputs> outputs = new LinkedHashMap<>();

  /** Rebuilds the ledger from a journal. */
  static Ledger of(List<JournalEntry> entries) {
    Ledger ledger = new Ledger();
    entries.forEach(entry -> ledger.apply(entry.event()));
    return ledger;
  }

  /** Takes an event into account. */
  void apply(Event event) {
    switch (event) {
      case Event.StepAccepted accepted ->
          attempts.put(
              new Key(accepted.step(), accepted.attempt()), new Entry(accepted.digest(), null));
      case Event.OutputPublished published -> outputs.put(published.step(), published.outputs());
      case Event.StepEnded ended -> end(ended.result());
      case Event.OutputsReleased released -> released.steps().forEach(outputs::remove);
      default -> {
        // The other events change neither what ran nor what there is.
      }
    }
  }

  Optional<Entry> attempt(StepId step, String attempt) {
    return Optional.ofNullable(attempts.get(new Key(step, attempt)));
  }

  /** What a step has published and nobody has released. */
  Optional<StepOutputs> outputs(StepId step) {
    return Optional.ofNullable(outputs.get(step));
  }

  /** All published outputs, oldest first. */
  Map<StepId, StepOutputs> outputs() {
    return new LinkedHashMap<>(outputs);
  }

  private void end(StepResult result) {
    Key key = new Key(result.step(), result.attempt());
    Entry entry = attempts.get(key);
    attempts.put(key, new Entry(entry == null ? "" : entry.digest(), result));
  }
}
