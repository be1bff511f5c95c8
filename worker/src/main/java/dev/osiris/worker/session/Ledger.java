package dev.osiris.worker.session;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.session.Event;
import dev.osiris.session.JournalEntry;
import dev.osiris.step.PendingCommit;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepResult;
import dev.osiris.step.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
   * @param result {@code null} while the attempt runs
   */
  record Entry(String digest, @Nullable StepResult result) {}

  private final Map<Key, Entry> attempts = new LinkedHashMap<>();
  private final Map<Key, StepOutputs> published = new HashMap<>();
  private final Map<Key, List<Written>> committed = new HashMap<>();
  private final Map<Key, List<PendingCommit>> begun = new LinkedHashMap<>();
  private final Set<Key> settled = new HashSet<>();
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
      case Event.OutputPublished output -> {
        outputs.put(output.step(), output.outputs());
        published.put(new Key(output.step(), output.attempt()), output.outputs());
      }
      case Event.CommitBegun begins ->
          begun
              .computeIfAbsent(new Key(begins.step(), begins.attempt()), key -> new ArrayList<>())
              .add(begins.commit());
      case Event.TargetCommitted target -> commit(target);
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

  /**
   * Commits of a step's attempts that began and of which nobody has heard; oldest first. All
   * attempts of a step in one session are the same work, also where their shares differ.
   */
  List<PendingCommit> unsettled(StepId step) {
    return begun.entrySet().stream()
        .filter(entry -> entry.getKey().step().equals(step))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  /**
   * How attempts ended whose worker died before it could say so. Publishing is the last that a step
   * does, and so is a commit that was begun, so one that did either has succeeded.
   */
  List<StepResult> lost() {
    return attempts.entrySet().stream()
        .filter(attempt -> attempt.getValue().result() == null)
        .map(attempt -> lost(attempt.getKey()))
        .toList();
  }

  private StepResult lost(Key key) {
    StepOutputs left = published.get(key);
    List<Written> written = committed.getOrDefault(key, List.of());
    return left == null && !settled.contains(key)
        ? new StepResult.Failed(
            key.step(),
            key.attempt(),
            Duration.ZERO,
            Failure.of(FailureCode.WORKER_LOST, "the worker that ran the step died")
                .advise("run it again, under a new attempt"),
            written)
        : new StepResult.Succeeded(
            key.step(),
            key.attempt(),
            Duration.ZERO,
            left == null ? StepOutputs.NONE : left,
            written);
  }

  private void commit(Event.TargetCommitted target) {
    Key key = new Key(target.step(), target.attempt());
    committed.computeIfAbsent(key, attempt -> new ArrayList<>()).add(target.written());
    if (begun.keySet().removeIf(attempt -> attempt.step().equals(target.step()))) {
      settled.add(key);
    }
  }

  private void end(StepResult result) {
    Key key = new Key(result.step(), result.attempt());
    published.remove(key);
    committed.remove(key);
    settled.remove(key);
    Entry entry = attempts.get(key);
    attempts.put(key, new Entry(entry == null ? "" : entry.digest(), result));
  }
}
